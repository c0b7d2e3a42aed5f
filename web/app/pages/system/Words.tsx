import { Button, Checkbox, Input, Radio } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { EverydayWordsQuery } from '../../gql/graphql'
import type { SourceCategory, WordOrigin } from '../../gql/words'
import { useAddress } from '../../client/address'
import { ask, useAsk } from '../../client/ask'
import { useRegions } from '../../client/regions'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm, type Control } from '../../parts/ChangeForm'
import { DataTable } from '../../parts/DataTable'
import { Older } from '../../parts/Older'
import { count, word, wordsOf } from '../../words'
import { History } from '../records/History'
import { Choice, SystemPage, useKeeps } from './parts'
import { Try } from './Try'

const query = graphql(`
  query EverydayWords($filter: EverydayWordFilter, $after: String) {
    everydayWords(filter: $filter, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...WordRow }
    }
  }
  fragment WordRow on VocabularyWord {
    word
    specialties
    districts { code name }
    sources
    hint
    origin
    record { id revision note state }
  }
`)

const chosen = graphql(`
  query EverydayWord($word: String!) {
    everydayWords(filter: { word: $word }, first: 100) { nodes { ...WordRow } }
    specialties { label }
  }
`)

const add = graphql(`
  mutation AddEverydayWord($input: AddEverydayWordInput!) {
    addEverydayWord(input: $input) { ...WordMade }
  }
  fragment WordMade on EverydayWordPayload {
    everydayWord { id word }
    revision
    userErrors { code message path }
    remarks { code message path }
  }
`)
const amend = graphql(`mutation AmendEverydayWord($input: AmendEverydayWordInput!) { amendEverydayWord(input: $input) { ...WordMade } }`)
const retire = graphql(`mutation RetireEverydayWord($input: RetireEverydayWordInput!) { retireEverydayWord(input: $input) { ...WordMade } }`)

type Row = EverydayWordsQuery['everydayWords']['nodes'][number]

const kinds: Record<string, { label: string; origin?: WordOrigin[] }> = {
  all: { label: '全部' },
  ours: { label: '本市的记录', origin: ['ADDED', 'AMENDED', 'REMOVED'] },
  base: { label: '基础词表', origin: ['BASE'] },
}
const tones: Record<WordOrigin, string> = { BASE: 'quiet', ADDED: 'active', AMENDED: 'near', REMOVED: 'ended' }

const meaning = (row: Row) => [...row.specialties, ...row.districts.map(({ name }) => name), ...row.sources.map((one) => word('SourceCategory', one))].join('、')

/** The words by which searches understand what people type, and a box to try them. */
export default function Words() {
  const address = useAddress()
  const keeps = useKeeps()
  const kind = Object.hasOwn(kinds, address.get('kind')) ? address.get('kind') : 'all'
  const part = address.get('word')
  const edited = address.get('edit')
  const [made, setMade] = useState('')
  const answer = useAsk(query, { filter: { ...(part && { word: part }), ...(kinds[kind]!.origin && { origin: kinds[kind]!.origin }) }, after: address.get('after') || null }, { keep: true })
  const open = keeps && (edited !== '' || address.get('new') === 'yes') // a form, with a trial of its own
  const edit = (of: string) => (setMade(''), address.set({ edit: of, new: '' }))
  const done = (said: string) => (setMade(said), address.set({ edit: '', new: '' }))
  return (
    <SystemPage
      title="日常说法"
      lead="人们不说术语时用的词。检索按它们理解所输入的话；增补、修改和停用立即生效。"
      actions={
        keeps && (
          <Button type="primary" onClick={() => (setMade(''), address.set({ new: 'yes', edit: '' }))}>
            新增说法
          </Button>
        )
      }
    >
      <div className="word-form">
        {made && <p role="status">{made}</p>}
        {keeps && address.get('new') === 'yes' && <WordForm key="new" done={done} close={() => address.set({ new: '' })} />}
        {keeps && edited && <Edit key={edited} of={edited} done={done} close={() => address.set({ edit: '' })} />}
        {!open && (
          <section className="card">
            <h2>试查</h2>
            <Try text={address.get('q')} setText={(q) => address.set({ q }, { replace: true })} />
          </section>
        )}
      </div>
      <div className="list-bar">
        <Input.Search className="word-part" allowClear defaultValue={part} placeholder="说法的一部分，例如 工资" aria-label="查找说法" onSearch={(value) => address.set({ word: value })} enterButton="查找" style={{ maxWidth: 320 }} />
        <Radio.Group aria-label="来源" optionType="button" value={kind} onChange={(event) => address.set({ kind: event.target.value as string })} options={Object.entries(kinds).map(([value, { label }]) => ({ value, label }))} />
      </div>
      <Answer of={answer}>
        {({ everydayWords: { nodes, totalCount, pageInfo } }) =>
          nodes.length === 0 ? (
            <Empty title="没有这样的说法">{keeps ? '点“新增说法”把它加进来，检索立即认得。' : '认为检索应当认得它的，请告诉市级管理员。'}</Empty>
          ) : (
            <>
              <p className="list-count" role="status">
                <strong>{count(totalCount)}</strong> 个
              </p>
              <DataTable
                caption="日常说法"
                rows={nodes.map((row) => ({ ...row, id: row.word }))}
                columns={[
                  { key: 'word', title: '说法', cell: (row) => <strong>{row.word}</strong> },
                  { key: 'means', title: '指什么', cell: (row) => (row.origin === 'REMOVED' ? <del>{meaning(row)}</del> : meaning(row)) },
                  { key: 'hint', title: '作用', tight: true, cell: (row) => (row.hint ? '只作提示' : '检索条件') },
                  { key: 'origin', title: '来源', tight: true, cell: (row) => <span className={`chip is-${tones[row.origin]}`}>{word('WordOrigin', row.origin)}</span> },
                  { key: 'note', title: '说明', cell: (row) => row.record?.note },
                  ...(keeps
                    ? [
                        {
                          key: 'edit',
                          title: '办理',
                          tight: true,
                          cell: (row: Row) => (
                            <Button size="small" onClick={() => edit(row.word)} aria-label={`修改${row.word}`}>
                              修改
                            </Button>
                          ),
                        },
                      ]
                    : []),
                ]}
              />
              <Older page={pageInfo} address={address} more="下一页" />
            </>
          )
        }
      </Answer>
    </SystemPage>
  )
}

interface FormProps {
  row?: Row
  done: (said: string) => void
  close: () => void
}

/** A word of the list, with its history when it has a record. */
function Edit({ of, done, close }: { of: string } & Omit<FormProps, 'row'>) {
  const answer = useAsk(chosen, { word: of }, { staleTime: 0 })
  return (
    <Answer of={answer}>
      {({ everydayWords: { nodes } }) => {
        const row = nodes.find((one) => one.word === of)
        if (!row) return <Empty title="没有这个说法">请从下面的列表中选一个。</Empty>
        return (
          <>
            <WordForm row={row} done={done} close={close} />
            {row.origin !== 'REMOVED' && <Retire row={row} done={done} />}
            {row.record && <History id={row.record.id} type="EverydayWord" />}
          </>
        )
      }}
    </Answer>
  )
}

function WordForm({ row, done, close }: FormProps) {
  const { data } = useAsk(chosen, { word: row?.word ?? '…' }, { staleTime: Infinity })
  const { districts } = useRegions()
  const labels = (data?.specialties ?? []).map(({ label }) => ({ value: label, label }))
  const choose = (label: string, options: { value: string; label: string }[]) => (control: Control) => <Choice {...control} label={label} options={options} multiple />
  return (
    <>
      <ChangeForm
        title={row ? `修改“${row.word}”` : '新增日常说法'}
        draft={`word:${row?.word ?? ''}`}
        initial={{
          word: row?.word ?? '',
          specialties: row?.specialties.slice() ?? [],
          districts: row?.districts.map(({ code }) => code) ?? [],
          sources: row?.sources.slice() ?? [],
          hint: row?.hint ?? false,
          note: row?.record?.note ?? '',
          reason: '',
        }}
        beside={row && { word: row.word }}
        fields={[
          ...(row ? [] : [{ name: 'word', label: '说法', placeholder: '例如 打白条' }]),
          { name: 'specialties', label: '擅长领域', optional: true, below: '第一个是主要的，最多 4 个。', control: choose('擅长领域', labels) },
          { name: 'districts', label: '区', optional: true, control: choose('区', districts.map(({ code, name }) => ({ value: code, label: name }))) },
          { name: 'sources', label: '人员来源', optional: true, control: choose('人员来源', wordsOf('SourceCategory')) },
          { name: 'note', label: '说明', optional: true, placeholder: '例如 从哪里听来' },
          { name: 'reason', label: '原因或依据', wide: true },
        ]}
        submit={row?.origin === 'REMOVED' ? '修改并重新启用' : row ? '保存修改' : '新增'}
        change={async ({ word, specialties, districts, sources, hint, note, reason }, how) => {
          const said = { specialties: specialties as string[], districts: districts as string[], sources: sources as SourceCategory[], hint: !!hint, note: String(note ?? ''), reason: String(reason ?? ''), ...how }
          if (row?.record) return (await ask(amend, { input: { id: row.record.id, expectedRevision: row.record.revision, ...said } })).amendEverydayWord
          return (await ask(add, { input: { word: String(word ?? ''), ...said } })).addEverydayWord
        }}
        done={({ everydayWord }) => done(`“${everydayWord!.word}”已写入，检索随即按它理解。`)}
      >
        {(_, values, set) => (
          <>
            <Checkbox checked={!!values.hint} onChange={(event) => set({ ...values, hint: event.target.checked })}>
              只作提示：使有关的人排在前面，不排除别人
            </Checkbox>
            {String(values.word ?? '').trim().length > 1 && (
              <section className="word-trial">
                <h3>按上面填写的试一试</h3>
                <Trial of={String(values.word).trim()} proposed={{ word: String(values.word).trim(), specialties: values.specialties as string[], districts: values.districts as string[], sources: values.sources as SourceCategory[], hint: !!values.hint }} />
              </section>
            )}
          </>
        )}
      </ChangeForm>
      <div>
        <Button onClick={close}>收起</Button> {row && <Link to={`/system/words?word=${encodeURIComponent(row.word)}`}>只看这个说法</Link>}
      </div>
    </>
  )
}

type Proposed = Parameters<typeof Try>[0]['proposed']

/** A trial of what stands in the form, at first of the word by itself. */
function Trial({ of, proposed }: { of: string; proposed: Proposed }) {
  const [text, setText] = useState<string>()
  return <Try label="试查的话" text={text ?? of} setText={setText} proposed={proposed} />
}

function Retire({ row, done }: { row: Row; done: (said: string) => void }) {
  return (
    <ChangeForm
      title={`停用“${row.word}”`}
      draft={`word-retire:${row.word}`}
      initial={{ reason: '' }}
      fields={[{ name: 'reason', label: '停用的原因', wide: true }]}
      submit="停用"
      danger
      change={async ({ reason }, how) =>
        (await ask(retire, { input: { ...(row.record ? { id: row.record.id, expectedRevision: row.record.revision } : { word: row.word }), reason: String(reason ?? ''), ...how } })).retireEverydayWord
      }
      done={() => done(`“${row.word}”已停用，检索不再按它理解。`)}
    />
  )
}
