"""The toy study is a module of its own: workers and killed parents import it by its name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
