import { useGraphiQL, useGraphiQLActions, type GraphiQLPlugin } from '@graphiql/react'
import { examples, type Example } from './examples'

const callers = [...new Set(examples.map((example) => example.caller))]

/** The panel of example queries, one group a kind of caller. */
export const exampleMenu: GraphiQLPlugin = {
  title: '示例查询',
  icon: () => (
    <svg viewBox="0 0 24 24" width="1em" fill="none" stroke="currentColor" strokeWidth="1.5" aria-hidden>
      <path d="M4 5h16M4 10h10M4 15h16M4 20h10" />
    </svg>
  ),
  content: () => <Menu />,
}

function Menu() {
  const editor = useGraphiQL((state) => state.queryEditor)
  const { addTab, setOperationName } = useGraphiQLActions()

  // An example replaces another example, but never what the caller wrote.
  const show = (example: Example) => {
    const present = editor?.getValue().trim() ?? ''
    if (present && !examples.some((other) => other.query.trim() === present)) addTab()
    editor?.setValue(example.query)
    // GraphiQL would notice a moment later: too late for a caller who runs it at once.
    setOperationName(example.operation)
    editor?.focus()
  }

  return (
    <nav aria-label="示例查询">
      <div className="graphiql-doc-explorer-title">示例查询</div>
      {callers.map((caller) => (
        <section key={caller} className="examples">
          <h3>{caller}</h3>
          <ul>
            {examples.filter((example) => example.caller === caller).map((example) => (
              <li key={example.title}>
                <button type="button" onClick={() => show(example)}>
                  {example.title}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </nav>
  )
}
