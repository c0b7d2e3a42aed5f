// 接口: the guide made from the contract, its reference, and the way to the explorer.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'

export default (stage) => {
  test('the guide: limits as the server has them, codes, and a worked example that works', async () => {
    const page = await stage.visit('/api', { as: '合作单位程序' })
    const { limits } = await stage.ask(null, '{ limits { cost depth } }')
    const limit = page.locator('#目前的上限')
    await limit.getByText('您以“合作单位').waitFor()
    await limit.locator('div').filter({ has: page.locator('code', { hasText: /^cost$/ }) }).getByText(limits.cost.toLocaleString('zh-CN')).first().waitFor()
    await page.locator('#错误').getByRole('row').filter({ hasText: 'RATE_LIMITED' }).waitFor()
    await stage.look(page, 'api')

    const folder = await mkdtemp(join(tmpdir(), 'concord-sync-'))
    try {
      await writeFile(join(folder, 'sync.mjs'), await page.locator('#同步 pre code').innerText())
      const sync = async () => (await promisify(execFile)('node', ['sync.mjs'], { cwd: folder, env: { ...process.env, HUB: stage.url, KEY: '' }, maxBuffer: 1 << 26 })).stdout.trim().split('\n').filter(Boolean)
      assert.ok((await sync()).length > 1000, 'the first run takes everything')
      assert.equal((await sync()).length, 0, 'the second takes nothing twice')
    } finally {
      await rm(folder, { recursive: true })
    }

    await page.getByRole('link', { name: '打开接口探索器' }).click()
    await page.getByLabel('密钥').waitFor()
    assert.match(new URL(page.url()).pathname, /^\/explorer/)
  })

  test('the reference tells of every type that introspection tells of', async () => {
    const page = await stage.visit('/api/reference')
    const { __schema } = await stage.ask(null, '{ __schema { types { name kind } } }')
    const builtIn = ['String', 'Int', 'Float', 'Boolean', 'ID']
    const want = __schema.types.map(({ name }) => name).filter((name) => !name.startsWith('__') && !builtIn.includes(name)).sort()
    const have = (await page.locator('.api-contents details li').allTextContents()).sort()
    assert.deepEqual(have, want)
    await stage.look(page, 'api-reference')
  })

  test('a field is found by its Chinese word, with its sharing class, by an address that can be passed on', async () => {
    const page = await stage.visit('/api/reference')
    await page.getByRole('searchbox', { name: '查类型、字段或说明' }).fill('手机')
    await page.getByRole('link', { name: 'Person.mobile' }).click()
    await page.waitForURL(/q=.*type=Person#mobile/)
    await page.locator('#mobile').getByText('有条件共享（contact）').waitFor()
    await stage.look(page, 'api-field')
    await page.reload()
    await stage.settled(page)
    await page.locator('#mobile').getByText('有条件共享（contact）').waitFor()
    await page.getByRole('searchbox', { name: '查类型、字段或说明' }).fill('没有这样的词')
    await page.getByText('没有查到').waitFor()
    await page.goto(`${stage.url}/api/reference?type=Query`)
    await page.locator('#changes .api-args').getByText('条数，1 到 100，默认 20').waitFor()
  })
}
