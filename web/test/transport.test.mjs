// The ways in as the clients that partners use see them: the audits of GraphQL over HTTP,
// and the reference clients of its two streaming protocols, before the real server.
import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { serverAudits } from 'graphql-http'
import { createClient as createSocketClient } from 'graphql-ws'
import { createClient as createEventClient } from 'graphql-sse'
import WebSocket from 'ws'
import { startConcord } from './server.mjs'

suite('transport', () => {
  let concord, url, key
  before(async () => {
    concord = await startConcord()
    url = `${concord.url}/graphql`
    key = concord.keyOf['人社管理员']
  })
  after(() => concord?.stop())

  async function ask(query, variables) {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await answer.json()
    assert.equal(errors, undefined, JSON.stringify(errors))
    return data
  }

  /** Changes a mediator of the city and returns what its title is now. */
  async function amend() {
    const { mediators } = await ask('{ mediators(first: 1, filter: { level: [CITY] }) { nodes { id revision } } }')
    const { id, revision } = mediators.nodes[0]
    const title = `示例职称${revision}`
    const input = { id, expectedRevision: revision, reason: '示例', idempotencyKey: `transport-${revision}`, fields: { title } }
    const { amendMediator } = await ask('mutation($input: AmendMediatorInput!) { amendMediator(input: $input) { userErrors { message } } }', { input })
    assert.deepEqual(amendMediator.userErrors, [])
    return title
  }

  /** The cursor behind everything that has happened. */
  async function newest() {
    for (let after = null; ; ) {
      const { changes } = await ask('query($after: String) { changes(after: $after, first: 100) { pageInfo { hasNextPage endCursor } } }', { after })
      after = changes.pageInfo.endCursor
      if (!changes.pageInfo.hasNextPage) return after
    }
  }

  const titleOf = ({ data }) => data.rosterChanged.node.fields.find((field) => field.name === 'title')?.after
  const rosterChanged = 'subscription($after: String) { rosterChanged(after: $after) { cursor node { revision fields { name before after } } } }'

  test('GraphQL over HTTP: every audit', async () => {
    const audits = serverAudits({ url: () => url })
    assert.ok(audits.length >= 61, `only ${audits.length} audits`)
    const failed = []
    for (const audit of audits) {
      const result = await audit.fn()
      if (result.status !== 'ok') failed.push(`${audit.id} ${audit.name}: ${result.reason}`)
      await result.response?.body?.cancel().catch(() => {})
    }
    assert.deepEqual(failed, [])
  })

  test('graphql-ws: a query, a mutation, and a subscription that resumes after a break', async () => {
    let socket
    const client = createSocketClient({
      url: url.replace('http', 'ws'), webSocketImpl: WebSocket,
      connectionParams: { Authorization: `Bearer ${key}` },
      on: { opened: (opened) => (socket = opened) },
    })
    const first = async (payload) => (await client.iterate(payload).next()).value
    assert.equal((await first({ query: '{ viewer { role } }' })).data.viewer.role, 'CITY_ADMIN')
    const refused = await first({ query: '{ nobody }' }).catch((errors) => errors)
    assert.equal(refused[0].extensions.code, 'INVALID')

    let after = await newest()
    for (let round = 0; round < 3; round++) {
      const events = client.iterate({ query: rosterChanged, variables: { after } })
      const title = await amend()
      const { value } = await events.next()
      assert.equal(titleOf(value), title, 'a gap or a repeat')
      after = value.data.rosterChanged.cursor
      if (round === 0) socket.close(4499, 'break')
      else await events.return()
    }
    await client.dispose()
  })

  test('graphql-ws: a wrong key is 4403', async () => {
    const client = createSocketClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, connectionParams: { Authorization: 'Bearer ck_x' }, retryAttempts: 0 })
    const closed = await client.iterate({ query: '{ viewer { id } }' }).next().catch((event) => event)
    assert.equal(closed.code, 4403)
  })

  test('graphql-sse: a query, what is wrong with one, and a subscription that resumes', async () => {
    const client = createEventClient({ url, headers: { Authorization: `Bearer ${key}` }, retryAttempts: 0 })
    const all = async (payload) => {
      const answers = []
      for await (const answer of client.iterate(payload)) answers.push(answer)
      return answers
    }
    assert.deepEqual((await all({ query: '{ viewer { role } }' })).map((answer) => answer.data.viewer.role), ['CITY_ADMIN'])
    assert.equal((await all({ query: '{ nobody }' }))[0].errors[0].extensions.code, 'INVALID')

    let after = await newest()
    for (let round = 0; round < 3; round++) {
      const events = client.iterate({ query: rosterChanged, variables: { after } })
      const title = await amend()
      const { value } = await events.next()
      assert.equal(titleOf(value), title, 'a gap or a repeat')
      after = value.data.rosterChanged.cursor
      await events.return()
    }
    client.dispose()

    const wrong = createEventClient({ url, headers: { Authorization: 'Bearer ck_x' }, retryAttempts: 0 })
    const problem = await wrong.iterate({ query: '{ viewer { id } }' }).next().catch((error) => error)
    assert.equal(problem.response?.status, 401)
    wrong.dispose()
  })
})
