import { Alert, Button, Input, Popconfirm, Progress } from 'antd'
import { useMemo, useState } from 'react'
import { Link, useParams } from 'react-router'
import { graphql } from '../../gql'
import type { SheetJobQuery } from '../../gql/graphql'
import { newKey, queries, useAsk, useChange } from '../../client/ask'
import { useAddress } from '../../client/address'
import { useDraft } from '../../client/draft'
import { usePopup } from '../../client/popup'
import { problemOf } from '../../client/problem'
import { Answer, Empty, Failure } from '../../parts/Answer'
import { Page } from '../../parts/Page'
import { count, isOf, minuteOf, word } from '../../words'
import { rosterWord, size, tones } from './Imports'
import { Grid } from './Grid'
import './import.css'

const query = graphql(`
  query SheetJob($id: ID!, $outcome: ImportOutcome, $after: String) {
    sheetJob(id: $id) {
      id
      roster
      fileName
      size
      state
      statement
      uploader
      uploadedAt
      counts { new changed same refused duplicate total }
      planHash
      stale
      notices { sheet heading message }
      toWrite
      written
      lost
      reason
      report
      keptUntil
      rows(outcome: $outcome, first: 50, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          sheet
          number
          outcome
          changes { heading before after }
          reasons { column heading message }
          remarks { column heading message }
          cells { heading text }
          written
        }
      }
    }
  }
`)
const confirmation = graphql(`
  mutation ConfirmImport($input: ConfirmImportInput!) {
    confirmImport(input: $input) {
      revision
      userErrors { code message path }
    }
  }
`)
const cancellation = graphql(`
  mutation CancelImport($input: CancelImportInput!) {
    cancelImport(input: $input) {
      revision
      userErrors { code message path }
    }
  }
`)

export type Job = NonNullable<SheetJobQuery['sheetJob']>

/** States that end by themselves: the page looks again. */
const moving = ['PLANNING', 'CONFIRMED', 'APPLYING']
const filters = [
  ['', '全部', 'total'],
  ['NEW', '新增', 'new'],
  ['CHANGED', '变更', 'changed'],
  ['SAME', '相同', 'same'],
  ['REFUSED', '拒绝', 'refused'],
  ['DUPLICATE', '疑似重复', 'duplicate'],
] as const

export default function ImportJob() {
  const { id = '' } = useParams()
  const address = useAddress()
  const asked = address.get('outcome')
  const outcome = isOf('ImportOutcome', asked) ? asked : ''
  const answer = useAsk(
    query,
    { id, outcome: outcome || null, after: address.get('after') || null },
    { keep: true, staleTime: 0, refetchInterval: (asked) => (moving.includes(asked.state.data?.sheetJob?.state ?? '') ? 600 : false) },
  )
  const job = answer.data?.sheetJob
  return (
    <Page title={job ? job.fileName : '导入'} above={<Link to="/import">← 全部导入</Link>} lead={job && `${rosterWord(job.roster)} · ${size(job.size)} · ${job.uploader} 上传于 ${minuteOf(job.uploadedAt)}`}>
      <Answer of={answer}>
        {({ sheetJob: job }) =>
          job ? (
            <>
              <Where job={job} />
              {job.counts.total > 0 && (
                <>
                  <div className="import-filters" role="group" aria-label="按结果筛选">
                    {filters.map(([value, name, of]) => (
                      <button key={of} type="button" aria-pressed={outcome === value} onClick={() => address.set({ outcome: value })}>
                        <span>{name}</span>
                        <strong>{count(job.counts[of])}</strong>
                      </button>
                    ))}
                  </div>
                  {job.rows.nodes.length > 0 ? <Grid rows={job.rows.nodes} /> : <Empty title="没有这种结果的行" />}
                  {(job.rows.pageInfo.hasNextPage || address.get('after')) && (
                    <nav className="import-pages" aria-label="翻页">
                      {address.get('after') && <Button onClick={() => address.set({ outcome })}>回到第一页</Button>}
                      {job.rows.pageInfo.hasNextPage && <Button onClick={() => address.set({ outcome, after: job.rows.pageInfo.endCursor })}>下一页</Button>}
                    </nav>
                  )}
                </>
              )}
            </>
          ) : (
            <Empty title="没有这个导入任务">
              它可能已到期删除，或是别人上传的。<Link to="/import">看看您的导入</Link>
            </Empty>
          )
        }
      </Answer>
    </Page>
  )
}

/** What is said of several columns stands once. */
function together(notices: Job['notices']) {
  const said = new Map<string, string[]>()
  for (const { message, heading } of notices) said.set(message, [...(said.get(message) ?? []), ...(heading ? [heading] : [])])
  return [...said].map(([message, headings]) => ({ message, headings }))
}

/** Where the import stands, and the next step. */
function Where({ job }: { job: Job }) {
  const share = job.toWrite ? Math.floor((100 * (job.written + job.lost)) / job.toWrite) : 100
  return (
    <section className="card import-where" aria-label="进度">
      <p>
        <span className={`chip is-${tones[job.state]}`}>{word('SheetState', job.state)}</span>
        <span role="status">{job.statement}</span>
      </p>
      {job.notices.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title="关于这张表"
          description={
            <ul>
              {together(job.notices).map(({ message, headings }) => (
                <li key={message}>
                  {headings.length > 0 && `${headings.map((heading) => `“${heading}”`).join('')}：`}
                  {message}
                </li>
              ))}
            </ul>
          }
        />
      )}
      {job.state === 'PLANNING' && <Progress percent={100} status="active" showInfo={false} aria-label="正在比对" />}
      {['CONFIRMED', 'APPLYING', 'APPLIED'].includes(job.state) && (
        <Progress percent={share} status={job.state === 'APPLIED' ? 'success' : 'active'} aria-label="写入进度" format={() => `${count(job.written)} / ${count(job.toWrite)}`} />
      )}
      {job.state === 'PLANNED' && <Confirm job={job} />}
      <div className="import-ways">
        {job.report && (
          <>
            <Button href={job.report} download>
              下载报告（.xlsx）
            </Button>
            <span className="soft">
              {job.counts.refused > 0 && '在原表中改正被拒绝的行，再次上传同一张表即可。'}逐行结果保留至 {minuteOf(job.keptUntil)}。
            </span>
          </>
        )}
        {(moving.includes(job.state) || job.state === 'PLANNED') && <Cancel job={job} />}
      </div>
    </section>
  )
}

function Confirm({ job }: { job: Job }) {
  const [reason, setReason, forget] = useDraft(`import:${job.id}`, '')
  const [said, setSaid] = useState<{ code: string; message: string }[]>([])
  const key = useMemo(newKey, [job.planHash])
  const confirm = useChange(confirmation)
  const go = async () => {
    setSaid([])
    const payload = await confirm.mutateAsync({ input: { id: job.id, planHash: job.planHash!, reason, idempotencyKey: key } })
    setSaid(payload.userErrors)
    if (payload.userErrors.some(({ code }) => code === 'PLAN_STALE')) await queries.invalidateQueries()
    if (payload.userErrors.length === 0) forget()
  }
  const rows = job.counts.new + job.counts.changed
  return (
    <form
      className="import-confirm"
      onSubmit={(event) => {
        event.preventDefault()
        go().catch(() => undefined) // shown below
      }}
    >
      {job.stale && <Alert type="warning" showIcon title={`您查看期间名册有了变动，计划已经重做，什么也没有写入。${rows > 0 ? '请再看一遍各行，再确认。' : ''}`} />}
      {said
        .filter(({ code }) => code !== 'PLAN_STALE')
        .map(({ code, message }) => (
          <Alert key={code} type="error" showIcon title={message} />
        ))}
      {confirm.isError && <Failure problem={problemOf(confirm.error)} slim />}
      {rows > 0 ? (
        <>
          <label htmlFor="import-reason">导入的依据（例如文号），记入变更日志</label>
          <div className="import-line">
            <Input id="import-reason" value={reason} maxLength={200} onChange={(event) => setReason(event.target.value)} placeholder="津人社发〔2026〕15号" />
            <Button type="primary" htmlType="submit" loading={confirm.isPending} disabled={!reason.trim()}>
              确认导入 {count(rows)} 行
            </Button>
          </div>
        </>
      ) : (
        <p>没有要写入的行。{job.counts.total === 0 ? '表格里没有数据行，请核对是否选错文件。' : job.counts.refused + job.counts.duplicate > 0 && '请按下面的说明改正表格，再次上传。'}</p>
      )}
    </form>
  )
}

function Cancel({ job }: { job: Job }) {
  const cancel = useChange(cancellation)
  const [said, setSaid] = useState('')
  const [key] = useState(newKey)
  const { place, popup } = usePopup()
  const go = async () => {
    const payload = await cancel.mutateAsync({ input: { id: job.id, reason: '上传人放弃导入', idempotencyKey: key } })
    setSaid(payload.userErrors[0]?.message ?? '')
  }
  return (
    <>
      <span className="popup-place" ref={place}>
        <Popconfirm
          {...popup}
          title="取消这次导入？"
          description={job.state === 'APPLYING' ? '立即停止；已写入的行保留。' : '什么也没有写入；上传的表格随即删除。'}
          okText="取消导入"
          cancelText="继续"
          onConfirm={() => go().catch(() => undefined)}
        >
          <Button danger loading={cancel.isPending}>
            取消导入
          </Button>
        </Popconfirm>
      </span>
      {said && <Alert type="error" title={said} />}
      {cancel.isError && <Failure problem={problemOf(cancel.error)} slim />}
    </>
  )
}
