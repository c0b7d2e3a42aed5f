import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { useMemo } from 'react'
import { exampleMenu } from './ExampleMenu'
import { examples } from './examples'
import { fetcherWith } from './fetcher'
import { useKey } from './key'

const plugins = [exampleMenu, HISTORY_PLUGIN]

export function Explorer() {
  const [key, setKey] = useKey()
  const fetcher = useMemo(() => fetcherWith(key), [key])

  return (
    <>
      <header className="bar">
        <h1>接口探索器</h1>
        <span className="hub">调解资源共享中心</span>
        <label>
          密钥
          <input
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder="ck_…　留空即匿名访问"
            value={key}
            onChange={(event) => setKey(event.target.value)}
          />
        </label>
        <output>{key ? '以密钥身份访问' : '匿名访问：只见无条件共享的字段'}</output>
        {key && (
          <button type="button" onClick={() => setKey('')}>
            清除密钥
          </button>
        )}
      </header>
      {/* Queries may hold names and identity numbers: they too are kept for this tab alone. */}
      <GraphiQL
        fetcher={fetcher}
        storage={sessionStorage}
        plugins={plugins}
        visiblePlugin={exampleMenu}
        defaultQuery={examples[0]?.query}
        inputValueDeprecation
        schemaDescription
      >
        <GraphiQL.Logo>
          <span />
        </GraphiQL.Logo>
      </GraphiQL>
    </>
  )
}
