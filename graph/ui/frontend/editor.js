// The Cypher editor: CodeMirror 6 with colours, completion from the schema and Ctrl+Enter to run.
import { EditorView, basicSetup } from "codemirror"
import { EditorState, Prec } from "@codemirror/state"
import { keymap } from "@codemirror/view"
import { HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language"
import { cypher } from "@codemirror/legacy-modes/mode/cypher"
import { setDiagnostics } from "@codemirror/lint"
import { tags } from "@lezer/highlight"

const EDITORS = new WeakMap()
const KEYWORDS = "MATCH OPTIONAL WHERE RETURN WITH ORDER BY SKIP LIMIT UNWIND AS AND OR NOT CONTAINS STARTS ENDS IN count collect DISTINCT".split(" ")

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--st-violet-text-color, #6b2fa0)", fontWeight: "600" },
  { tag: tags.string, color: "var(--st-green-text-color, #177233)" },
  { tag: tags.comment, color: "var(--st-gray-text-color, #6b6f76)", fontStyle: "italic" },
  { tag: tags.number, color: "var(--st-orange-text-color, #a33b00)" },
  { tag: [tags.variableName, tags.typeName, tags.atom], color: "var(--st-blue-text-color, #0b5cad)" },
])

function completions(state) {
  const names = (list, type, before) => (list ?? []).map((label) => ({ label: before + label, type }))
  return (context) => {
    const word = context.matchBefore(/[:$]?\w+/)
    if (!word && !context.explicit) return null
    const { labels, relations, properties } = state.data
    const options = [
      ...names(labels, "class", ":"),
      ...names(relations, "type", ":"),
      ...names(properties, "property", ""),
      ...names(KEYWORDS, "keyword", ""),
    ]
    return { from: word ? word.from : context.pos, options }
  }
}

function open(root, data) {
  const state = { data, value: data.value, told: data.value }
  const run = () => {
    state.tell()
    state.send("ran", { text: state.view.state.doc.toString(), at: Date.now() })
    return true
  }
  state.tell = () => {
    const text = state.view.state.doc.toString()
    if (text !== state.told) state.put("text", (state.told = text))
  }
  state.view = new EditorView({
    parent: root.querySelector("#editor"),
    root,
    state: EditorState.create({
      doc: data.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run }])),
        basicSetup,
        StreamLanguage.define(cypher),
        syntaxHighlighting(colours),
        EditorState.languageData.of(() => [{ autocomplete: completions(state) }]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": data.title }),
        EditorView.domEventHandlers({ blur: () => state.tell() }),
      ],
    }),
  })
  root.querySelector("#run").onclick = run
  return state
}

function mark(state) {
  const { view, data } = state
  const lines = view.state.doc.lines
  const found = data.line && data.line <= lines ? view.state.doc.line(data.line) : null
  const errors = found ? [{ from: found.from, to: found.to, severity: "error", message: data.message ?? "" }] : []
  view.dispatch(setDiagnostics(view.state, errors))
}

export default function ({ data, parentElement: root, setTriggerValue, setStateValue }) {
  let state = EDITORS.get(root)
  if (!state) {
    state = open(root, data)
    EDITORS.set(root, state)
  } else if (data.value !== state.value) {
    const changes = { from: 0, to: state.view.state.doc.length, insert: data.value }
    state.view.dispatch({ changes })
    state.told = data.value
  }
  Object.assign(state, { data, value: data.value, send: setTriggerValue, put: setStateValue })
  mark(state)
  return () => {
    state.view.destroy()
    EDITORS.delete(root)
  }
}
