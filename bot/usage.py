"""The texts of the pages that `--help` shows."""

from __future__ import annotations

MAIN = """\
usage: footnote COMMAND …

Answers questions from a folder of documents. Every sentence of an answer carries a
footnote: the file, the lines and the exact words it rests on. What the documents do
not say, it does not say.

commands:
  ask       answer a question, with footnotes; without one, in a terminal, a prompt
  search    the passages that fit a question best, without an answer
  index     build or refresh the index, and say what changed
  check     ask canned questions, and say which answers are not as they should be
  bot       answer in Discord
  doctor    say whether all is well, and mend what is not

  footnote COMMAND --help tells more.

examples:
  footnote ask "In which port city did the three foreign ministers meet?"
  footnote ask --corpus ~/reports --since 2023-11 "누가 부산에서 만났나요?"
  footnote search -k 3 "spy satellite" --json
"""

SETTINGS = """\
settings, the first that says something:
  a flag             --base-url URL           from "documents" on each flag of a page
  a variable         FOOTNOTE_BASE_URL=URL    FOOTNOTE_CORPUS=DIR and so on; also
                                              OPENAI_API_KEY, OPENAI_BASE_URL and
                                              DISCORD_TOKEN
  footnote.toml      base_url = "URL"         in the working folder; numbers need no
                                              quotation marks: retries = 3
  otherwise          --corpus seeds --store .footnote --mode extractive

environment:
  NO_COLOR           no colour; CLICOLOR_FORCE=1 colours a pipe, too
  FOOTNOTE_DEBUG=1   show where in the program an unexpected error arose
"""

_ASK_MORE = """\
exit status:
  0  answered           1  abstained           2  an error
  A batch that ran to its end exits 0.

a batch:
  A line of FILE (UTF-8; - is standard input) is a question, or a JSON object with
  "id" and "question"; other keys and blank lines are passed over. For each a line of
  JSON comes out, in order, with its "id" or else the number of its line. A line that
  cannot be asked gives {"id": …, "error": …, "hint": …} in its place.

programs:
  With --json, one object, errors too: {"error": …, "hint": …}. Messages and hints
  always go to standard error.

examples:
  footnote ask "Who was South Korea's foreign minister?" --until 2021-12
  footnote ask --in reports/2023 --explain "When was the last summit?"
  footnote ask --batch questions.jsonl > answers.jsonl
  footnote ask --model llama3.1 --base-url http://localhost:11434/v1
"""

_SEARCH_MORE = """\
exit status:
  0  found           1  nothing found           2  an error
  A batch that ran to its end exits 0.

  With --json a line a hit. A batch, whose lines are as for `footnote ask`, gives JSON
  with the "id" in each line, and nothing for what is not found; a line that cannot be
  searched for gives {"id": …, "error": …, "hint": …}.

examples:
  footnote search "trilateral summit" -k 3
  footnote search --since 2023 --json "spy satellite"
"""

_INDEX_MORE = """\
  Only what changed is worked on. `ask` and `search` do this by themselves.

  With --watch it goes on after that, and prints a line for each update (with --json, an
  object). A file that is still being written is left alone until it rests, for at most
  30 seconds. What goes wrong is said and tried again. Ctrl-C or SIGTERM ends it.

exit status:
  0  the index is up to date           2  an error; an earlier index stays usable

examples:
  footnote index --corpus ~/reports
  footnote index --watch
  footnote index --json
"""

_BOT_MORE = """\
what it needs:
  A token. In Discord's portal, https://discord.com/developers/applications: New
  Application; then Bot, Reset Token, and keep it as DISCORD_TOKEN. Who has the token
  is the bot, so it belongs into no file that others read.
  An invitation. `footnote bot --check` prints the address that invites the bot into a
  server, with the permissions that it needs and no more.
  No privileged intent. With --message-content yes, follow-ups in a thread need no
  mention; that one intent must then be turned on in the portal, too.
  A model only for answers in a model's words; without one the answers are the
  documents' own sentences.

  It runs until SIGTERM or Ctrl-C: then it takes no more questions and finishes those
  in hand, for at most 20 seconds. Its log goes to standard error, a JSON object a
  line; tokens and keys are struck out of it.

exit status:
  0  it was told to stop; with --check, all is well
  2  an error, such as a token that Discord does not take; to start it again changes
     nothing

examples:
  footnote bot --check
  DISCORD_TOKEN=… footnote bot --corpus ~/reports
  footnote bot --channels 1180000000000000001,1180000000000000002 --cooldown-user 10
  footnote bot --metrics-port 9464 --log-level debug
"""

_CHECK_MORE = """\
what is checked:
  Each file of cases, .yaml or .jsonl, holds questions and what their answers must hold;
  docs/checking.md tells how they are written. Whether each citation stands in its file,
  word for word, is always looked at.

exit status:
  0  all passed           1  some failed           2  nothing could be checked
  With --baseline only what passed before and fails now, what could not be asked, and
  citations that are not true count as failed.

examples:
  footnote check tests/qa
  footnote check tests/qa -k "busan and not 2021" --fail-fast
  footnote check tests/qa --jobs 4 --baseline qa-baseline.json
  footnote check tests/qa --junit report.xml --html report.html
  footnote check tests/qa --compare a.toml b.toml
  footnote check --record "Who met in Busan?" --into tests/qa/busan.yaml
  footnote check tests/qa --suggest 20 --into tests/qa/drafts.yaml
"""

_DOCTOR_MORE = """\
what it looks at:
  The settings. The documents: what is not read and why, which are the same. The index:
  whether it is of the documents as they are, and whether each text, the search index
  and the vectors are as they were written. The store: who writes in it, the space, what
  dead processes left, the vectors that were paid for. A Chroma server, the embedder,
  the model and the bot's token, if they are set: each is asked for a word, which may
  cost a few tokens. No look takes longer than a minute.

what --fix does:
  It removes what nobody needs; builds an index again that is damaged or of another
  version; stores anew what a Chroma server lost; embeds what has no vector yet; throws
  a damaged cache of vectors away. The index that stands answers meanwhile.

exit status:
  0  nothing is wrong           1  something is, and is not mended           2  an error
  What is marked "ok" or "note" is not wrong. With a "warning" answers come, but some
  document is not read, or they may not come for long; with a "problem" something that
  is set or was built does not work.

examples:
  footnote doctor
  footnote doctor --fix --corpus ~/reports
  footnote doctor --json | python3 -m json.tool
"""

# Of each command: how it is written, what it does, and what else its page says.
PAGES = {
    "ask": (
        "footnote ask QUESTION [flags] | --batch FILE",
        "Answers a question from the documents, with footnotes. Without a question, in a\n"
        "terminal, opens a prompt.",
        _ASK_MORE,
    ),
    "search": (
        "footnote search QUESTION [-k N] [flags] | --batch FILE",
        "Shows the passages that fit a question best, without an answer.",
        _SEARCH_MORE,
    ),
    "index": (
        "footnote index [--watch] [flags]",
        "Builds or refreshes the index of the documents, and says what changed.",
        _INDEX_MORE,
    ),
    "check": (
        "footnote check PATH… [-k EXPR] [--tag T] [flags]",
        "Asks canned questions, and says which answers are not as they should be.",
        _CHECK_MORE,
    ),
    "bot": (
        "footnote bot [--check] [flags]",
        "Answers in Discord: to /ask, to mentions, and of any message whether the documents\n"
        "bear it out.",
        _BOT_MORE,
    ),
    "doctor": (
        "footnote doctor [--fix] [flags]",
        "Says of all that answers rest on whether it is well, and mends what is not.",
        _DOCTOR_MORE,
    ),
}
