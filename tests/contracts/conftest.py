"""Makes `suite` importable by name, here as for whoever tests a lever of their own."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
pytest.register_assert_rewrite("suite")
