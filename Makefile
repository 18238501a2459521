# Liên thông: what a developer runs is what CI runs. `make` alone lists the targets.
# Needs GNU make and Python 3.11 or newer (`make run PYTHON=/path/to/python` picks one); the rest is installed into .venv.

VENV = .venv
BIN = $(VENV)/bin
PYTHON ?=
TESTS ?=
export PYTHON VENV
# Images often set it for what runs once; here hundreds of processes would each compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test lint fix bench bench-mapping docs clients lock clean runtime development types style

help: ## Liệt kê các lệnh · List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: runtime ## Cài đặt, nạp dữ liệu, mở dịch vụ · Install, load the data sets, serve
	@$(BIN)/lienthong run

test: development ## Mọi kiểm tra; TESTS=tests/graph để chọn · Every check; TESTS=tests/graph selects
	@sh .make/debian tests/debian-packages.txt
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest --numprocesses 2 --dist worksteal $(TESTS)

lint: development ## Kiểm tra mã, kiểu, tầng · Check code, types, layers
	@$(MAKE) --no-print-directory --jobs 2 --output-sync types style

types:
	$(BIN)/mypy

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

fix: development ## Sửa những gì sửa được tự động · Repair what can be repaired by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: development ## Đo tốc độ và bộ nhớ · Measure speed and memory
	$(BIN)/python -m bench.pipeline

bench-mapping: development ## So với morph-kgc · Compare mapping with morph-kgc (its own .venv-morph)
	$(BIN)/python -m bench.mapping

docs: development ## Kiểm tra tài liệu: liên kết, lệnh mẫu · Check the docs: links, examples, completeness
	@$(BIN)/pytest tests/docs

clients: development ## Sinh ứng dụng khách vào build/clients · Generate the clients into build/clients
	@$(BIN)/python -m clients

lock: ## Tính lại requirements*.txt · Compute requirements*.txt anew
	@sh .make/lock

clean: ## Xoá .venv và bộ đệm, giữ dữ liệu · Remove .venv and caches, keep the data
	@rm -rf $(VENV) .venv-morph build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Đã xoá .venv và bộ đệm; giữ nguyên thư mục dữ liệu (data/)."
	@echo "Removed .venv and the caches; kept the data folder (data/)."

runtime:
	@sh .make/install requirements.txt

development:
	@sh .make/install requirements-dev.txt
