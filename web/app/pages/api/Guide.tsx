import { Button } from 'antd'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import { sections, types } from '../../gql/guide'
import { useAsk } from '../../client/ask'
import { Answer } from '../../parts/Answer'
import { Page } from '../../parts/Page'
import { count } from '../../words'
import { Prose } from './Prose'
import './api.css'

const query = graphql(`
  query ApiLimits {
    limits { tokens selections repeats directives parts depth rootFields aliases cost seconds body header message subscriptions }
    rateLimit { limit perSecond remaining }
    viewer { name roleLabel }
  }
`)

/** The ways to what partners build with. */
export const ApiTabs = ({ at }: { at: 'guide' | 'reference' }) => (
  <nav className="tabs" aria-label="接口">
    <Link to="/api" aria-current={at === 'guide' ? 'page' : undefined}>
      指南
    </Link>
    <Link to="/api/reference" aria-current={at === 'reference' ? 'page' : undefined}>
      参考：全部类型与字段
    </Link>
  </nav>
)

export const ToExplorer = () => (
  <Button type="primary" href="/explorer">
    打开接口探索器
  </Button>
)

export default function Guide() {
  return (
    <Page title="接口" lead="合作单位的系统用 GraphQL 查询和维护名册；网页能做的，接口都能做。" actions={<ToExplorer />}>
      <ApiTabs at="guide" />
      <div className="api">
        <nav className="api-contents" aria-label="指南目录">
          <ul>
            {['开始', '目前的上限', ...sections.map(({ title }) => title)].map((title) => (
              <li key={title}>
                <a href={`#${encodeURIComponent(title)}`}>{title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div className="api-text">
          <section id="开始" className="card">
            <h2>开始</h2>
            <ol className="api-steps">
              <li>向市级管理员申请接口密钥（形如 <code>ck_…</code>）。没有密钥也可以查询，只见无条件共享的字段。</li>
              <li>
                打开<a href="/explorer">接口探索器</a>，把密钥填在右上角：只保存在该标签页里，关闭即清除。左侧有各类调用者的示例查询；您的协议没有开放的字段会得到 <code>FORBIDDEN</code>。
              </li>
              <li>
                在<Link to="/api/reference">参考</Link>里查类型、字段、参数和共享属性。自省查询（<code>__schema</code>）对任何人开放，客户端的代码生成器可直接使用；它与别的查询一样计成本、受上限约束。
              </li>
            </ol>
          </section>
          <Limits />
          {sections.map(({ title, text }) => (
            <section key={title} id={title} className="card">
              <h2>{title}</h2>
              <Prose text={text} />
            </section>
          ))}
        </div>
      </div>
    </Page>
  )
}

/** The limits as this server has them now. */
function Limits() {
  const answer = useAsk(query)
  const words = types.find(({ name }) => name === 'Limits')?.fields ?? []
  return (
    <section id="目前的上限" className="card">
      <h2>目前的上限</h2>
      <Answer of={answer}>
        {({ limits, rateLimit, viewer }) => (
          <>
            <p>
              您以“{viewer.roleLabel}”的身份访问。
              {rateLimit ? `额度每秒恢复 ${count(rateLimit.perSecond)} 点，最多可攒 ${count(rateLimit.limit)} 点，现有 ${count(rateLimit.remaining)} 点。` : '目前不限额度。'}
            </p>
            <dl className="facts">
              {words
                .filter(({ name }) => name in limits)
                .map(({ name, zh }) => (
                  <div key={name}>
                    <dt>
                      <code>{name}</code>
                    </dt>
                    <dd>
                      {count(limits[name as keyof typeof limits] as number)}　<span className="soft">{zh}</span>
                    </dd>
                  </div>
                ))}
            </dl>
          </>
        )}
      </Answer>
    </section>
  )
}
