"""The command line: reads options, calls `crmspec.api`, prints."""
