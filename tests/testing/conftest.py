"""What lies in `foreign` is a project of its own: its tests are run by tests, never collected."""

collect_ignore = ["foreign"]
