/* The choices of a tool stand in the query of the address, so that a view can be kept, sent and printed.
   Whatever else the query holds (the theme's own `h` and `q` among it) is left as it is. */

/** Values of one parameter; none where it is not given. */
export function given(name) {
  return new URLSearchParams(location.search).getAll(name);
}

/** Write parameters, a mapping of names to values; an empty value takes its parameter out. */
export function keep(values) {
  const url = new URL(location.href);
  for (const [name, value] of Object.entries(values)) {
    if (value) {
      url.searchParams.set(name, value);
    } else {
      url.searchParams.delete(name);
    }
  }
  // A comma needs no code in a query, and addresses are read out and typed.
  url.search = url.searchParams.toString().replaceAll("%2C", ",");
  if (url.search !== location.search) {
    history.replaceState(history.state, "", url);
  }
}

/** What somebody wrote, short enough to be shown in a message. */
export function quoted(text) {
  return `«${text.length > 40 ? `${text.slice(0, 40)}…` : text}»`;
}
