"""The app: what musicians, listeners and operators see.

``app`` wires it, ``auth`` and ``login`` say who may see it, ``shell`` frames it; ``pages`` has one file a page. A page
asks ``queries`` and draws with ``components``; it holds no SQL.
"""
