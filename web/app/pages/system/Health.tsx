import { Button } from 'antd'
import { useQuery } from '@tanstack/react-query'
import { graphql } from '../../gql'
import { useAsk } from '../../client/ask'
import { Problem } from '../../client/problem'
import { Answer } from '../../parts/Answer'
import { count } from '../../words'
import { Fact, SystemPage } from './parts'

const query = graphql(`
  query Limits {
    limits { depth cost }
    rateLimit { limit remaining }
  }
`)

/** What /readyz says; 503 is an answer too. */
interface Ready {
  status: 'ready' | 'indexing' | 'draining'
  reason?: string
  revision: number
  indexRevision: number
  writable: boolean
  version: string
}

const states = { ready: ['active', '正常'], indexing: ['near', '检索索引正在追赶，名册查询照常'], draining: ['ended', '正在停止'] } as const

/** Whether the hub is well, and how far its search index has come. */
export default function Health() {
  const ready = useQuery<Ready, Error>({
    queryKey: ['readyz'],
    queryFn: async ({ signal }) => {
      try {
        return (await (await fetch('/readyz', { signal, cache: 'no-store' })).json()) as Ready
      } catch {
        throw new Problem('offline', '连接不上服务器。请检查网络，或稍后重试。')
      }
    },
    refetchInterval: 5000,
    staleTime: 0,
  })
  const limits = useAsk(query, undefined, { staleTime: 0 })
  return (
    <SystemPage title="运行状况" lead="每 5 秒更新一次。更多指标见 /metrics，供监控系统采集。" actions={<Button onClick={() => void ready.refetch()}>立即更新</Button>}>
      <Answer of={ready}>
        {({ status, reason, revision, indexRevision, writable, version }) => (
          <section className="card">
            <h2>
              <span className={`chip is-${states[status][0]}`}>{states[status][1]}</span>
            </h2>
            {reason && <p role="alert">{reason}</p>}
            <dl className="facts">
              <Fact name="变更日志">修订 {revision}</Fact>
              <Fact name="检索索引">{indexRevision >= revision ? `修订 ${indexRevision}，已跟上` : `修订 ${indexRevision}，还差 ${count(revision - indexRevision)}`}</Fact>
              <Fact name="写入">{writable ? '接受' : '暂不接受'}</Fact>
              <Fact name="版本">{version === '(devel)' ? '开发版' : version}</Fact>
            </dl>
          </section>
        )}
      </Answer>
      <Answer of={limits} loading={null}>
        {({ limits: { depth, cost }, rateLimit }) => (
          <section className="card system-limits">
            <h2>请求限额</h2>
            <dl className="facts">
              <Fact name="查询深度">最多 {depth} 层</Fact>
              <Fact name="一次的成本">最多 {count(cost)} 点</Fact>
              <Fact name="我的额度">{rateLimit ? `剩余 ${count(rateLimit.remaining)} / ${count(rateLimit.limit)} 点` : '不限'}</Fact>
            </dl>
          </section>
        )}
      </Answer>
    </SystemPage>
  )
}
