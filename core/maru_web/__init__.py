"""What every page of lists and forms needs: names of files, uploads that wait, long lists in pages.

Knows nothing of the portal.
"""
