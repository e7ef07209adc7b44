-- For wrk: asks for the paths of its arguments in turn, as a browser would, and tells the sums in one line of JSON.

local paths, at = {}, 0

function init(arguments)
  paths = arguments
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at], { ["Accept-Encoding"] = "gzip" })
end

function done(summary, latency)
  local failed = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.1f, "kilobytes": %d, "broken": %d, "status": %d, "late": %d, "middle": %.1f, "slowest": %.1f}\n',
    summary.requests, summary.duration / 1e6, summary.bytes / 1000,
    failed.connect + failed.read + failed.write, failed.status, failed.timeout,
    latency:percentile(50) / 1000, latency.max / 1000
  ))
end
