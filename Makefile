# Each target is a line or two that anyone could type. `make serve` and `make test` are all a newcomer needs.

PYTHON ?= python3
BIN := .venv/bin

# The theme prints a notice about a coming MkDocs; requirements.txt pins the one we use.
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve build clinic check due changes links downloads icons test thorough lint bench reading search-report leaflets screenshots load release clean

serve: .venv/site ## the site as it will be published, on http://127.0.0.1:8000, made anew when a file changes
	$(BIN)/python -m finish.serve

build: .venv/site ## the site in site/; an earlier one stays if the build fails
	$(BIN)/mkdocs build --site-dir .build/site
	$(BIN)/python -m finish .build/site
	rm -rf site
	mv .build/site site

clinic: .venv/site ## editions/<id>/ for a clinic.yml or a folder of them: make clinic CLINIC=clinic.yml SITE_URL=https://…
	$(BIN)/python -m tools.clinic "$(CLINIC)"

check: .venv/site ## data and pages only, in a second
	$(BIN)/python -m factbook check
	$(BIN)/python -m tools.findings_log --check

due: .venv/site ## what is due for a check, soonest first: make due WITHIN=90 ON=2027-06-01
	$(BIN)/python -m factbook due $(if $(ON),--on $(ON)) $(if $(WITHIN),--within $(WITHIN))

changes: .venv/site ## findings that changed, told on /about/changes/: make changes WHY="the reason" FINDING=id
	$(BIN)/python -m tools.findings_log --finding "$$FINDING" --why "$$WHY"

links: .venv/site ## ask whether our sources are still where we say, gently: half an hour
	$(BIN)/python -m tools.links_check

downloads: .venv/dev ## the open data in docs/data/, written anew from data/
	$(BIN)/python -m tools.export

icons: .venv/dev ## the favicon set, drawn anew from docs/assets/images/favicon.svg
	$(BIN)/python -m tools.icons

test: .venv/dev lint ## everything, a browser included
	sh tools/browser.sh $(BIN)/playwright
	sh tools/servers.sh
	$(BIN)/pytest -n auto

thorough: .venv/dev ## every case of the browser tests, of which `make test` takes a part: some twenty-five minutes
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/pytest -n auto --thorough tests/test_tool_*.py tests/test_browser.py tests/test_release.py tests/test_safety.py tests/test_styles.py

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev ## what a visit costs beside the theme as it comes, Lighthouse if it is there, growth: it takes long
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.bench

reading: .venv/dev build ## school grade of each patient page
	$(BIN)/python -m tools.reading_level

search-report: .venv/dev ## how often the search finds the right page, for each kind of query, and every miss
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.search_report

leaflets: .venv/dev build ## the leaflets as PDFs in leaflets-pdf/; give SITE_URL for codes that can be scanned
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.leaflets

screenshots: .venv/dev build ## contact sheets of every page in screenshots/
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.screenshots

load: .venv/dev build ## nginx and Caddy with the settings of deploy/, 200 connections for half a minute each
	sh tools/servers.sh
	$(BIN)/python -m tools.hosting

release: .venv/dev ## dist/ from the last commit: the site, settings for servers, what it is made of, sums
	$(BIN)/python -m tools.release

scorecard: .venv/dev ## the figures on /about/scorecard/, measured anew: some minutes
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.scorecard

clean:
	rm -rf .venv .build .cache site editions screenshots leaflets-pdf dist

.venv/site: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: .venv/site requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
