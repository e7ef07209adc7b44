# Each target is a line or two that anyone could type. `make serve` and `make test` are all a newcomer needs.

PYTHON ?= python3
BIN := .venv/bin

# The theme prints a notice about a coming MkDocs; requirements.txt pins the one we use.
export NO_MKDOCS_2_WARNING := 1

.PHONY: serve build clinic check downloads icons test thorough lint bench reading leaflets screenshots clean

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

downloads: .venv/dev ## the open data in docs/data/, written anew from data/
	$(BIN)/python -m tools.export

icons: .venv/dev ## the favicon set, drawn anew from docs/assets/images/favicon.svg
	$(BIN)/python -m tools.icons

test: .venv/dev lint ## everything, a browser included
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/pytest -n auto

thorough: .venv/dev ## every case of the browser tests, of which `make test` takes a part: twenty minutes
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/pytest -n auto --thorough tests/test_tool_*.py tests/test_browser.py

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/dev ## build time and memory of both builders
	$(BIN)/python -m tools.bench

reading: .venv/dev build ## school grade of each patient page
	$(BIN)/python -m tools.reading_level

leaflets: .venv/dev build ## the leaflets as PDFs in leaflets-pdf/; give SITE_URL for codes that can be scanned
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.leaflets

screenshots: .venv/dev build ## contact sheets of every page in screenshots/
	sh tools/browser.sh $(BIN)/playwright
	$(BIN)/python -m tools.screenshots

clean:
	rm -rf .venv .build .cache site editions screenshots leaflets-pdf

.venv/site: requirements.txt pyproject.toml
	$(PYTHON) -m venv .venv || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: .venv/site requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
