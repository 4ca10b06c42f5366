"""The board's list in Datasette: a canned query with the columns of Maru's page, on Datasette's own page."""

from __future__ import annotations

POSTS = """
select p.id, p.title, b.name as board, d.name as department, u.name as author, p.created_at, p.is_notice, p.is_pinned,
  p.created_at > :since and not exists (
    select 1 from board_post_read r where r.post_id = p.id and r.user_id = :_actor_id) as is_unread,
  (select count(*) from board_attachment a where a.post_id = p.id) as attachment_count
from board_post p join board_board b on b.id = p.board_id
  join maru_user u on u.id = p.author_id join maru_department d on d.id = p.department_id
where p.id in (
  select id from board_post where is_hidden = 0 and board_id in (select id from board_board where is_for_everyone)
  order by is_pinned desc, created_at desc, id desc limit 20 offset :offset)
order by p.is_pinned desc, p.created_at desc, p.id desc
"""
METADATA = {"databases": {"maru": {"queries": {"posts": {"sql": POSTS, "params": ["since", "offset"]}}}}}
