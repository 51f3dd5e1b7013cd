"""One user of a SCIM directory, for the tests of the reader and of its snapshots."""

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def user(number, department="Payments", *, lob="Retail", boss=None, enterprise=None, **more):
    work = {"employeeNumber": f"P{number}", "division": lob, "department": department}
    if boss:
        work["manager"] = {"value": f"id-{boss}"}
    found = {
        "id": f"id-{number}",
        "userName": f"p{number}@example.org",
        "active": True,
        ENTERPRISE: work | (enterprise or {}),
    }
    return found | more
