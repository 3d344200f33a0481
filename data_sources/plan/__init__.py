"""The plan of waste collection from files: one format a module, each giving a draft with findings, nothing kept."""
