// What partners build with: the generators of clients accept the contract and the sample
// operations, and the clients that they make talk to a real server.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { generate } from '@graphql-codegen/cli'
import { CriticalityLevel, diff } from '@graphql-inspector/core'
import { Client as UrqlClient, fetchExchange } from '@urql/core'
import { buildSchema, parse, print } from 'graphql'
import relay from 'relay-runtime'
import { startConcord } from '../../web/test/server.mjs'

const run = promisify(execFile)
const here = fileURLToPath(new URL('..', import.meta.url))
const schemaFile = join(here, '../schema.graphqls')
const read = (path) => readFile(path, 'utf8')

let scratch
before(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'concord-clients-'))
  await symlink(join(here, 'node_modules'), join(scratch, 'node_modules'))
})
after(() => rm(scratch, { recursive: true, force: true }))

/** Returns what the linter finds in a file, a line each. */
async function lint(what, file, schema = schemaFile) {
  const { stdout } = await run(process.execPath, [join(here, 'test/lint.mjs'), what, file, schema])
  return stdout.split('\n').filter(Boolean)
}

suite('the contract', () => {
  test('keeps the recommended rules and those of Relay', async () => {
    assert.deepEqual(await lint('schema', schemaFile), [])
  })

  test('a schema without them is noticed', async () => {
    const broken = join(scratch, 'broken.graphqls')
    await writeFile(broken, 'type Query { Things: [ThingEdge] }\ntype ThingEdge { node: [String] }\n')
    const found = await lint('schema', broken, broken)
    for (const rule of ['naming-convention', 'require-description', 'relay-page-info']) {
      assert.ok(found.some((line) => line.includes(rule)), `${rule} is silent: ${found}`)
    }
  })

  test('its operations keep the recommended rules', async () => {
    assert.deepEqual(await lint('operations', join(here, 'operations.graphql')), [])
  })

  const breaking = async (now) => {
    const changes = await diff(buildSchema(await read(join(here, 'released/schema.graphqls'))), buildSchema(now))
    return changes.filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking).map(({ message }) => message)
  }

  test('takes nothing away that the last release had', async () => {
    assert.deepEqual(await breaking(await read(schemaFile)), [])
  })

  test('what would be taken away is noticed', async () => {
    const renamed = (await read(schemaFile)).replace('  totalCount: Int!', '  total: Int!')
    assert.match((await breaking(renamed)).join(), /totalCount/)
  })
})

suite('clients', () => {
  let concord, url, headers
  before(async () => {
    concord = await startConcord()
    url = `${concord.url}/graphql`
    headers = { Authorization: `Bearer ${concord.keyOf['人社管理员']}` }
  })
  after(() => concord?.stop())

  const document = async (name) => {
    const all = parse(await read(join(here, 'operations.graphql')))
    const operation = all.definitions.find((d) => d.name.value === name)
    const needed = new Set()
    const collect = (node) => {
      for (const [, spread] of print(node).matchAll(/\.\.\.\s?(\w+)(?!\w)/g)) {
        const fragment = all.definitions.find((d) => d.kind === 'FragmentDefinition' && d.name.value === spread)
        if (fragment && !needed.has(fragment)) {
          needed.add(fragment)
          collect(fragment)
        }
      }
    }
    collect(operation)
    return { kind: 'Document', definitions: [operation, ...needed] }
  }

  /** The input of a change of somebody's title, and the title. */
  const amendment = (mediator, key) => ({
    title: `示例职称 ${key}`,
    input: { id: mediator.id, expectedRevision: mediator.revision, reason: '示例', idempotencyKey: `clients-${key}`, fields: { title: `示例职称 ${key}` } },
  })

  test('Apollo Client: pages, search, a change that the cache shows', async () => {
    const client = new ApolloClient({ link: new HttpLink({ uri: url, headers }), cache: new InMemoryCache({ possibleTypes: { Node: ['Mediator', 'Organization'] } }) })
    const first = await client.query({ query: await document('Mediators'), variables: { filter: { level: ['CITY'] }, first: 5 } })
    assert.equal(first.data.mediators.edges.length, 5)
    const next = await client.query({ query: await document('Mediators'), variables: { filter: { level: ['CITY'] }, first: 5, after: first.data.mediators.pageInfo.endCursor } })
    assert.notEqual(next.data.mediators.edges[0].node.id, first.data.mediators.edges[0].node.id)
    const found = await client.query({ query: await document('FindExperts'), variables: { words: '讨薪' } })
    assert.ok(found.data.experts.totalCount > 0)
    const { registrationNo } = first.data.mediators.edges[0].node
    const one = await client.query({ query: await document('MediatorByNumber'), variables: { registrationNo } })
    const { title, input } = amendment(one.data.mediator, 'apollo')
    const changed = await client.mutate({ mutation: await document('AmendMediator'), variables: { input } })
    assert.deepEqual(changed.data.amendMediator.userErrors, [])
    assert.equal(changed.data.amendMediator.record.title, title)
    const cached = client.cache.extract()[`Mediator:${one.data.mediator.id}`]
    assert.equal(cached.revision, changed.data.amendMediator.record.revision)
    client.stop()
  })

  test('Apollo Client: a lost race is a user error with the record as it is now', async () => {
    const client = new ApolloClient({ link: new HttpLink({ uri: url, headers }), cache: new InMemoryCache() })
    const first = await client.query({ query: await document('Mediators'), variables: { filter: { level: ['CITY'] }, first: 2 } })
    const { registrationNo } = first.data.mediators.edges[1].node
    const one = await client.query({ query: await document('MediatorByNumber'), variables: { registrationNo } })
    for (const [key, wanted] of [['race-1', undefined], ['race-2', 'CONFLICT']]) {
      const { input } = amendment(one.data.mediator, key)
      const { data } = await client.mutate({ mutation: await document('AmendMediator'), variables: { input } })
      assert.equal(data.amendMediator.userErrors[0]?.code, wanted)
      assert.equal(data.amendMediator.record.title, '示例职称 race-1')
    }
    client.stop()
  })

  test('urql: the same by POST and by GET', async () => {
    for (const preferGetMethod of [false, 'force']) {
      const client = new UrqlClient({ url, exchanges: [fetchExchange], preferGetMethod, fetchOptions: { headers } })
      const { data, error } = await client.query(await document('Mediators'), { filter: { district: ['120101'] }, first: 3 })
      assert.equal(error, undefined)
      assert.equal(data.mediators.edges.length, 3)
      const records = await client.query(await document('Records'), { ids: data.mediators.edges.map(({ node }) => node.organization.id) })
      assert.ok(records.data.nodes.every(({ __typename }) => __typename === 'Organization'))
    }
  })

  test('Relay: compiled, sent, and normalised', async () => {
    const folder = join(scratch, 'relay')
    await cp(join(here, 'relay'), folder, { recursive: true })
    await cp(schemaFile, join(folder, 'schema.graphql'))
    await writeFile(join(folder, 'package.json'), '{"type": "module"}')
    await writeFile(join(folder, 'relay.config.json'), JSON.stringify({ src: '.', schema: 'schema.graphql', language: 'javascript', eagerEsModules: true, artifactDirectory: '__generated__' }))
    await mkdir(join(folder, '__generated__'))
    await run(join(here, 'node_modules/.bin/relay-compiler'), ['relay.config.json'], { cwd: folder })
    const artifact = (await import(pathToFileURL(join(folder, '__generated__/RosterQuery.graphql.js')))).default
    const network = relay.Network.create(async ({ text }, variables) => {
      const answer = await fetch(url, { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify({ query: text, variables }) })
      return answer.json()
    })
    const environment = new relay.Environment({ network, store: new relay.Store(new relay.RecordSource()) })
    await relay.fetchQuery(environment, artifact, { filter: { level: ['CITY'] }, first: 4 }).toPromise()
    const records = Object.values(environment.getStore().getSource().toJSON())
    assert.equal(records.filter(({ __typename }) => __typename === 'Mediator').length, 4)
    assert.ok(records.some(({ __typename }) => __typename === 'MediatorEdge'))
  })

  test("Apollo's code generation: types that TypeScript accepts", async () => {
    const scalars = { Date: 'string', DateTime: 'string', AsOf: 'number | string' }
    const [{ content }] = await generate(
      {
        schema: schemaFile,
        documents: join(here, 'operations.graphql'),
        generates: { [join(scratch, 'operations.ts')]: { plugins: ['typescript-operations', 'typed-document-node'], config: { scalars, useTypeImports: true } } },
        silent: true,
      },
      false,
    )
    await writeFile(join(scratch, 'operations.ts'), content)
    await writeFile(join(scratch, 'use.ts'), [
      "import { MediatorsDocument, type MediatorsQuery } from './operations'",
      "import { ApolloClient } from '@apollo/client'",
      'export async function names(client: ApolloClient): Promise<string[]> {',
      '  const { data } = await client.query({ query: MediatorsDocument, variables: { first: 5 } })',
      '  const page: MediatorsQuery = data!',
      '  return page.mediators.edges.map((edge) => edge.node.name)',
      '}',
    ].join('\n'))
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler', '--target', 'es2022', '--lib', 'es2023,dom']
    await run(join(here, 'node_modules/.bin/tsc'), [...options, join(scratch, 'use.ts')]).catch(({ stdout }) => assert.fail(stdout))
  })

  test('genqlient: a program in Go', async () => {
    const folder = join(scratch, 'clients/genqlient')
    await cp(join(here, 'genqlient'), folder, { recursive: true })
    await cp(join(here, 'operations.graphql'), join(scratch, 'clients/operations.graphql'))
    await cp(schemaFile, join(scratch, 'schema.graphqls'))
    await run('go', ['tool', 'genqlient'], { cwd: folder })
    const { stdout } = await run('go', ['run', '.'], { cwd: folder, env: { ...process.env, URL: url, KEY: concord.keyOf['人社管理员'] } })
    const said = JSON.parse(stdout)
    assert.equal(said.userErrors.length, 0)
    assert.equal(said.numbers.length, said.total)
    assert.ok(said.total > 20 && said.experts > 0 && said.revision > 0)
  })
})
