"""내 정보: how I like the pages, and where I am signed in.

Staff open it from their badge in the top bar. They choose the language and the density of the pages, see their posts,
and end the sign-in of a browser that they do not know. What must work without this plugin stands in the core: the
password at `/password`, and a session that is about to end.
"""
