# Short names for tools/dev.py, which works without make too. Anything more: make test ARGS="tests/unit -x"
PYTHON ?= python3
ARGS ?=

demo test nightly live-sandbox bench lint:
	@$(PYTHON) tools/dev.py $@ $(if $(ARGS),-- $(ARGS))

.PHONY: demo test nightly live-sandbox bench lint
