# make report   中期自查评估报告（示例数据），首次运行自动建好环境
# make test     全部检查：风格、单元测试、逐个运行笔记本
# make lock     依赖有变时重写 requirements.lock（使用者）和 requirements-dev.lock（另加测试）（需要 uv）
# make bundle   不联网的电脑用的安装包，如 make bundle PLATFORM=win_amd64 PYTHON=3.11（或 linux_x86_64），写到 dist/
# make lint     只检查风格和类型      make clean   删除环境与缓存（不动 reports/）
#
# The environment needs only Python 3.11–3.13 and make; uv is used when it is there, because it is faster.
# Where packages come from is the machine's own configuration of pip or uv.

BIN := .venv/bin
STAMP := .venv/.installed
DEV := .venv/.installed-dev

# "make bundle PYTHON=3.11" names the office's version of Python; elsewhere PYTHON is an interpreter.
BUNDLE_PYTHON := $(if $(filter 3.%,$(PYTHON)),$(PYTHON),3.11)
ifneq ($(filter 3.%,$(PYTHON)),)
override undefine PYTHON
endif

# The first interpreter that runs and is of a supported version: a pyenv shim may exist and still not run.
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3 python; do \
	$$p -c '$(SUPPORTED)' >/dev/null 2>&1 && echo $$p && break; done)

# The library is compiled once, not by each of the processes that make reports and that tests start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := report
.PHONY: report test lint lock bundle clean

report: $(STAMP)
	$(BIN)/kepu-eval report midterm

test: lint
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --nbval-lax notebooks tests

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

COMPILE := uv pip compile pyproject.toml --extra bundle --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock:
	$(COMPILE) --output-file requirements.lock
	$(COMPILE) --extra test --constraint requirements.lock --output-file requirements-dev.lock

bundle: $(DEV)
	$(BIN)/python scripts/bundle/build.py --platform $(or $(PLATFORM),win_amd64) --python $(BUNDLE_PYTHON)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# An office needs no linter and no test tool: "make report" installs without, "make test" adds them.
$(STAMP): LOCK := requirements.lock
$(STAMP): requirements.lock pyproject.toml
$(DEV): LOCK := requirements-dev.lock
$(DEV): requirements-dev.lock pyproject.toml
$(STAMP) $(DEV):
	@if command -v uv >/dev/null 2>&1; then \
		set -ex; \
		uv venv --allow-existing --quiet --python "$(or $(PYTHON),3.11)" .venv; \
		uv pip install --quiet --python $(BIN)/python --require-hashes -r $(LOCK); \
		uv pip install --quiet --python $(BIN)/python --no-deps --editable .; \
	elif [ -n "$(PYTHON)" ]; then \
		set -ex; \
		$(PYTHON) -m venv .venv; \
		$(BIN)/python -m pip install --quiet --require-hashes -r $(LOCK); \
		$(BIN)/python -m pip install --quiet --no-deps --editable .; \
	else \
		echo "找不到 Python 3.11、3.12 或 3.13。请安装其中之一，或指明位置：make PYTHON=/路径/python3.11" >&2; \
		exit 1; \
	fi
	@touch $(STAMP) $@
