"""The map of the administration: every address with its view and who may use it."""

from maru import Page

from .views import audit, departments, grants, own_department, people, person, plugins

pages = [
    Page("/", plugins.index, permission="admin.see"),
    Page("/plugins", plugins.plugins, permission="admin.see"),
    Page("/plugins/{key}", plugins.plugin, permission="admin.see"),
    Page("/plugins/{key}/switch", plugins.switch, permission="admin.plugins", methods=("POST",)),
    Page("/plugins/{key}/failures/clear", plugins.clear_failures, permission="admin.plugins", methods=("POST",)),
    Page("/people", people.people, permission="admin.people"),
    Page("/people/new", people.create_person, permission="admin.people", methods=("GET", "POST")),
    Page("/people/{key:int}", person.person, permission="admin.people"),
    Page("/people/{key:int}/change", person.change_person, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/activity", person.change_activity, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/password", person.reset_password, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/sessions/end", person.end_sessions, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/posts", person.add_post, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/posts/{post:int}/end", person.end_post, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/roles", person.add_role, permission="admin.people", methods=("POST",)),
    Page("/people/{key:int}/roles/{member:int}/end", person.end_role, permission="admin.people", methods=("POST",)),
    Page("/departments", departments.departments, permission="admin.people"),
    Page("/departments/{key:int}", departments.department, permission="admin.people"),
    Page("/departments/{key:int}/change", departments.change_department, permission="admin.people", methods=("POST",)),
    Page("/departments/{key:int}/children", departments.add_child, permission="admin.people", methods=("POST",)),
    Page("/grants", grants.grants, permission="admin.people"),
    Page("/grants/new", grants.create_grant, permission="admin.people", methods=("GET", "POST")),
    Page("/grants/{key:int}/end", grants.end_grant, permission="admin.people", methods=("POST",)),
    Page("/audit", audit.audit, permission="admin.audit"),
    Page("/audit/{key:int}", audit.entry, permission="admin.audit"),
    Page("/audit/verify", audit.verify, permission="admin.audit", methods=("POST",), limit_seconds=300),
    Page("/audit/export", audit.export, permission="admin.audit", methods=("POST",), limit_seconds=300),
    Page("/department/", own_department.own_department, permission="admin.department"),
    Page("/department/people/{key:int}", own_department.own_person, permission="admin.department"),
]
