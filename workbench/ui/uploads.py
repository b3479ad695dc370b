"""The place to drop files or a folder."""

import streamlit as st

from workbench.domain.actors import OWNER
from workbench.domain.documents import Corpus
from workbench.services.batches import File
from workbench.services.uploads import KINDS
from workbench.services.workbench import Workbench
from workbench.ui.state import Key
from workbench.words.say import Tongue, say

MIB = 1024 * 1024
WAYS = ("files", "folder")


def drop_zone(bench: Workbench, corpus: Corpus, page: str, tongue: Tongue) -> None:
    """Draw the uploader and hand everything that lies in it to the corpus.

    The uploader is emptied afterwards. Handing the same file in twice changes nothing, so an
    interruption half-way costs nothing either.
    """
    turn: Key[int] = Key(f"{page}.upload_turn", 0)
    way = st.segmented_control(
        say("ui.uploads.way", tongue),
        WAYS,
        format_func=lambda code: say(f"ui.uploads.way_{code}", tongue),
        default=WAYS[0],
        required=True,
        key=f"{page}.upload_way",
        label_visibility="collapsed",
    )
    folder = way == "folder"
    limit = bench.settings.upload_bytes // MIB
    files = st.file_uploader(
        say("ui.uploads.label_folder" if folder else "ui.uploads.label", tongue),
        # A folder comes whole: what is not read is told, and a filter would hide it.
        type=None if folder else [ending.removeprefix(".") for ending in KINDS],
        accept_multiple_files="directory" if folder else True,
        max_upload_size=limit,
        key=f"{page}.upload.{way}.{turn.get()}",
    )
    st.caption(
        say("ui.uploads.kinds_folder" if folder else "ui.uploads.kinds", tongue, limit=limit)
    )
    if not files:
        return
    with st.spinner(say("ui.uploads.keeping", tongue, count=len(files))):
        given = [File(file.name, file.getvalue) for file in files]
        bench.batches.hand_in(OWNER, corpus.corpus_id, given)
    turn.put(turn.get() + 1)
    st.rerun()
