"""SCIM 2.0 as a directory sends it (RFC 7643, 7644): what is kept of a resource, changes of it, lists and answers. No database, no HTTP."""
