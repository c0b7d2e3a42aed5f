import { Button, Checkbox, Radio, Spin } from 'antd'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { graphql } from '../../gql'
import type { RecordKind, Role } from '../../gql/words'
import { queries, useAsk } from '../../client/ask'
import { fetchJSON, Problem, problemOf } from '../../client/problem'
import { signInAgain } from '../../client/session'
import { useAddress } from '../../client/address'
import { useViewer } from '../../client/viewer'
import { Answer, Empty, Failure } from '../../parts/Answer'
import { Older } from '../../parts/Older'
import { Page } from '../../parts/Page'
import { count, minuteOf, word } from '../../words'
import './import.css'

const query = graphql(`
  query SheetJobs($after: String) {
    sheetJobs(first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        roster
        fileName
        state
        statement
        uploader
        uploadedAt
        toWrite
        written
        counts { total }
      }
    }
  }
`)

/** Rosters as POST /sheets names them. */
const rosters = { mediators: '调解员', organizations: '调解组织', experts: '专家', invited: '特邀名册' }
type Roster = keyof typeof rosters

/** Which of them somebody keeps (docs/sheets.md); the hub decides on upload. */
const kept: Partial<Record<Role, Roster[]>> = {
  CITY_ADMIN: ['mediators', 'organizations', 'experts'],
  DISTRICT_ADMIN: ['mediators', 'organizations', 'experts'],
  EXPERT_KEEPER: ['experts'],
  COURT_KEEPER: ['invited'],
}

export const rosterWord = (kind: RecordKind) => word('RecordKind', kind)

export default function Imports() {
  const address = useAddress()
  const answer = useAsk(query, { after: address.get('after') || null }, { keep: true })
  const viewer = useViewer()
  const may = viewer ? kept[viewer.role] : undefined
  return (
    <Page title="导入" lead="上传表格，逐行核对将要写入的内容；确认之前什么也不写入。">
      {may && <Upload may={may} />}
      <section className="card imports">
        <h2>以往的导入</h2>
        <Answer of={answer}>
          {({ sheetJobs: { nodes, pageInfo, totalCount } }) =>
            totalCount === 0 ? (
              <Empty title="还没有导入过">{may ? '在上面选一张表格开始。' : '您的帐号不导入名册。'}</Empty>
            ) : (
              <>
                <ul>
                  {nodes.map((job) => (
                    <li key={job.id} className="import-job">
                      <Link to={`/import/${job.id}`}>{job.fileName}</Link>
                      <span className={`chip is-${tones[job.state]}`}>{word('SheetState', job.state)}</span>
                      <span className="soft">
                        {rosterWord(job.roster)} · {count(job.counts.total)} 行 · {job.uploader} · {minuteOf(job.uploadedAt)}
                      </span>
                      <p>{job.statement}</p>
                    </li>
                  ))}
                </ul>
                <Older page={pageInfo} address={address} />
              </>
            )
          }
        </Answer>
      </section>
    </Page>
  )
}

export const tones = { PLANNING: 'near', PLANNED: 'near', CONFIRMED: 'near', APPLYING: 'near', APPLIED: 'active', CANCELLED: 'quiet', FAILED: 'ended', EXPIRED: 'quiet' } as const

/** The limit of a server that was not told another one (docs/sheets.md). */
const usualLimit = 64 << 20

/** Sends a file; a session that has ended is renewed and the file sent again. */
async function send(roster: Roster, file: File, duplicates: boolean): Promise<{ id: string }> {
  const request = () =>
    fetchJSON<{ id: string }>(`/sheets?${new URLSearchParams({ kind: roster, name: file.name, ...(duplicates ? { duplicates: 'true' } : {}) })}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body: file,
    })
  try {
    return await request()
  } catch (thrown) {
    const problem = problemOf(thrown)
    if (problem.kind === 'signedOut' && (await signInAgain())) return request()
    // A server that refuses a large file does not read it to its end; browsers take that for a lost connection.
    if (problem.kind === 'offline' && file.size > usualLimit) {
      throw new Problem('invalid', `文件有 ${size(file.size)}，没有传完。服务器通常只接收 64 MB 以内的表格：请拆成几张再上传。`)
    }
    throw thrown
  }
}

export const size = (bytes: number) => (bytes < 1 << 20 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / (1 << 20)).toFixed(1)} MB`)

function Upload({ may }: { may: Roster[] }) {
  const [roster, setRoster] = useState(may[0]!)
  const [file, setFile] = useState<File>()
  const [duplicates, setDuplicates] = useState(false)
  const [going, setGoing] = useState(false)
  const [over, setOver] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const navigate = useNavigate()

  const choose = (chosen: File | undefined) => {
    if (!chosen) return
    setFile(chosen)
    setProblem(/\.(xlsx|csv|jsonl)$/i.test(chosen.name) ? undefined : new Problem('invalid', `“${chosen.name}”不是可以导入的表格。请在 Excel 或 WPS 中另存为 .xlsx 再上传；也可以用 .csv、.jsonl。`))
  }
  const upload = async () => {
    setGoing(true)
    setProblem(undefined)
    try {
      const { id } = await send(roster, file!, duplicates)
      void queries.invalidateQueries()
      await navigate(`/import/${id}`)
    } catch (thrown) {
      setProblem(problemOf(thrown))
      setGoing(false)
    }
  }
  return (
    <section className="card upload">
      <h2>上传表格</h2>
      <Radio.Group aria-label="名册类别" optionType="button" value={roster} onChange={(event) => setRoster(event.target.value as Roster)} options={may.map((value) => ({ value, label: rosters[value] }))} />
      <label
        className={over ? 'upload-place is-over' : 'upload-place'}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          choose(event.dataTransfer.files[0])
        }}
      >
        <input type="file" accept=".xlsx,.csv,.jsonl" aria-label="选择表格" disabled={going} onChange={(event) => choose(event.target.files?.[0])} />
        {file ? (
          <>
            <strong>{file.name}</strong>
            <span className="soft">{size(file.size)} · 点这里换一张</span>
          </>
        ) : (
          <>
            <strong>把表格拖到这里，或点这里选择</strong>
            <span className="soft">.xlsx、.csv、.jsonl，最多 10 万行；表头写法和次序不限</span>
          </>
        )}
      </label>
      <Checkbox checked={duplicates} onChange={(event) => setDuplicates(event.target.checked)}>
        疑似重复的各行我已核对，确为不同的人（组织），按新记录导入
      </Checkbox>
      {problem && <Failure problem={problem} slim />}
      <div className="upload-go">
        <Button type="primary" disabled={!file || going || (problem?.kind === 'invalid' && !/\.(xlsx|csv|jsonl)$/i.test(file.name))} onClick={() => void upload()}>
          上传并比对
        </Button>
        {going && (
          <span role="status">
            <Spin size="small" /> 正在上传{file && `（${size(file.size)}）`}…
          </span>
        )}
      </div>
    </section>
  )
}
