# SPDX-License-Identifier: GPL-3.0-or-later
"""AdamProbe's works and their peers', timed side by side; see compare.py."""
