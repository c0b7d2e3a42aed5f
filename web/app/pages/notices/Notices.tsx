import { Button, Checkbox, Radio } from 'antd'
import { Link } from 'react-router'
import { graphql } from '../../gql'
import type { NoticesQuery } from '../../gql/graphql'
import { useAddress } from '../../client/address'
import { ask, useAsk } from '../../client/ask'
import { Answer, Empty } from '../../parts/Answer'
import { ChangeForm } from '../../parts/ChangeForm'
import { Older } from '../../parts/Older'
import { Page } from '../../parts/Page'
import { count, minuteOf, word } from '../../words'
import './notices.css'

const query = graphql(`
  query Notices($sent: Boolean!, $open: Boolean!, $after: String) {
    notices(sent: $sent, open: $open, first: 20, after: $after) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        revision
        about
        listing
        name
        recipientName
        senderName
        statusCode
        statusLabel
        on
        until
        ground
        documentNo
        authority
        raisedAt
        acknowledgedAt
        response
      }
    }
  }
`)

const acknowledge = graphql(`
  mutation AcknowledgeNotice($input: AcknowledgeNoticeInput!) {
    acknowledgeNotice(input: $input) {
      revision
      userErrors { code message path }
      remarks { code message path }
    }
  }
`)

type Notice = NoticesQuery['notices']['nodes'][number]

export default function Notices() {
  const address = useAddress()
  const sent = address.get('side') === 'sent'
  const open = address.get('open') !== 'no'
  const answer = useAsk(query, { sent, open, after: address.get('after') || null }, { keep: true })
  return (
    <Page title="通报" lead="别的单位把您也列名的人（或组织）暂停、解聘、除名时，系统通报您；名册上怎么办由您自行决定，请签收并写明处理。">
      <Answer of={answer}>
        {({ notices: { nodes, totalCount, pageInfo } }) => (
          <>
            <div className="list-bar">
              <Radio.Group
                aria-label="哪一方"
                optionType="button"
                value={sent ? 'sent' : 'received'}
                onChange={(event) => address.set({ side: event.target.value as string, notice: '' })}
                options={[
                  { value: 'received', label: '收到的' },
                  { value: 'sent', label: '发出的' },
                ]}
              />
              <Checkbox checked={open} onChange={(event) => address.set({ open: event.target.checked ? '' : 'no' })}>
                只看尚未签收的
              </Checkbox>
            </div>
            {nodes.length === 0 ? (
              <Empty title={open ? '没有尚未签收的通报' : '没有通报'}>{open && '取消“只看尚未签收的”，可以看以往的通报。'}</Empty>
            ) : (
              <>
                <p className="list-count" role="status">
                  <strong>{count(totalCount)}</strong> 份
                </p>
                <ul className="notices" aria-label="通报">
                  {nodes.map((one) => (
                    <Line key={one.id} of={one} sent={sent} />
                  ))}
                </ul>
                <Older page={pageInfo} address={address} />
              </>
            )}
          </>
        )}
      </Answer>
    </Page>
  )
}

function Line({ of: one, sent }: { of: Notice; sent: boolean }) {
  const address = useAddress()
  const signing = !sent && !one.acknowledgedAt && address.get('notice') === one.id
  const name = one.name ?? '（姓名不可见）'
  return (
    <li className="card notice">
      <div className="notice-head">
        <h2>
          <Link to={`/records/${one.listing}`}>{name}</Link>
          <span className={one.statusCode === 'ACTIVE' ? 'chip is-active' : one.statusCode === 'SUSPENDED' || !one.statusCode ? 'chip is-near' : 'chip is-ended'}>
            {one.statusLabel}
            {one.until && <span className="chip-more">至 {one.until}</span>}
          </span>
        </h2>
        {one.acknowledgedAt ? <span className="chip is-active">已签收</span> : <span className="chip is-near">尚未签收</span>}
      </div>
      <dl className="notice-facts">
        <div>
          <dt>发出</dt>
          <dd>
            {one.senderName}
            {one.raisedAt && <span className="soft"> {minuteOf(one.raisedAt)}</span>}
          </dd>
        </div>
        <div>
          <dt>收件</dt>
          <dd>{one.recipientName}</dd>
        </div>
        <div>
          <dt>起始日</dt>
          <dd>{one.on}</dd>
        </div>
        {one.ground && (
          <div>
            <dt>事由</dt>
            <dd>{word('Ground', one.ground)}</dd>
          </div>
        )}
        {(one.documentNo || one.authority) && (
          <div>
            <dt>依据</dt>
            <dd>{[one.authority, one.documentNo].filter(Boolean).join('，')}</dd>
          </div>
        )}
        <div>
          <dt>有关记录</dt>
          <dd>
            <Link to={`/records/${one.about}`}>发出方的条目</Link>　<Link to={`/records/${one.listing}`}>收件方的条目</Link>
          </dd>
        </div>
        {one.acknowledgedAt && (
          <div>
            <dt>签收</dt>
            <dd>
              {one.recipientName}
              <span className="soft"> {minuteOf(one.acknowledgedAt)}</span>
              {one.response && <p>{one.response}</p>}
            </dd>
          </div>
        )}
      </dl>
      {!sent && !one.acknowledgedAt && !signing && (
        <Button onClick={() => address.set({ notice: one.id })} aria-label={`签收：${name}`}>
          签收
        </Button>
      )}
      {signing && (
        <ChangeForm
          title={`签收：${name}`}
          draft={`notice:${one.id}`}
          fields={[{ name: 'response', label: '对本单位条目的处理', control: 'long', optional: true, below: '例如：已同步暂停；或经研究维持在册，理由是……系统不会替您变动名册。' }]}
          submit="签收"
          change={({ response }, how) => ask(acknowledge, { input: { id: one.id, expectedRevision: one.revision, ...(response ? { response: String(response) } : {}), reason: '签收通报', ...how } }).then((data) => data.acknowledgeNotice)}
          done={() => address.set({ notice: '', open: 'no' })}
        />
      )}
    </li>
  )
}
