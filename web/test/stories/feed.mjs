// 变更动态: live, filtered, resumed behind a break, a pause and a reload without gap or repeat.
import assert from 'node:assert/strict'
import { test } from 'node:test'

export default (stage) => {
  const rows = (page) => page.locator('.feed > li')
  const state = (page) => page.locator('.feed-state [role=status]')
  const revisions = async (page) => (await page.locator('.feed-more').allInnerTexts()).map((text) => Number(/修订 (\d+)/.exec(text)[1]))

  /** Changes the title of a mediator of 武清区 and returns the revision of that. */
  async function amend(title) {
    const { mediators } = await stage.ask('武清区管理员', '{ mediators(first: 1, filter: { district: ["120114"], status: [ACTIVE] }) { nodes { id name revision } } }')
    const { id, revision } = mediators.nodes[0]
    const input = { id, expectedRevision: revision, reason: `示例变更${title}`, idempotencyKey: `feed-${title}-${revision}`, fields: { title } }
    const { amendMediator } = await stage.ask('武清区管理员', 'mutation($input: AmendMediatorInput!) { amendMediator(input: $input) { userErrors { message } } }', { input })
    assert.deepEqual(amendMediator.userErrors, [])
    const { changes } = await stage.ask('武清区管理员', '{ changes(last: 1, kinds: [MEDIATOR]) { nodes { revision } } }')
    return changes.nodes[0].revision
  }
  /** What the feed holds from a revision on, as the hub says it. */
  async function held(from) {
    const { changes } = await stage.ask('武清区管理员', '{ changes(last: 100) { nodes { revision } } }')
    return changes.nodes.map(({ revision }) => revision).filter((revision) => revision >= from).reverse()
  }

  test('a change appears as soon as it is made, with what it was before and after', async () => {
    const page = await stage.visit('/feed', { as: '人社管理员' })
    await state(page).getByText('实时更新中').waitFor()
    assert.equal(await rows(page).count(), 20)
    await amend('示例职称甲')
    const first = page.locator('.feed > .is-fresh').first()
    await first.getByText('示例职称甲', { exact: true }).waitFor()
    await first.getByText('示例变更示例职称甲').waitFor()
    await page.getByText('新到 1 条').waitFor()
    await stage.look(page, 'feed')
  })

  test('who does not sign in sees the change, not who made it and why', async () => {
    const page = await stage.visit('/feed')
    await state(page).getByText('实时更新中').waitFor()
    await amend('示例职称乙')
    const first = page.locator('.feed > .is-fresh').first()
    await first.getByText('示例职称乙', { exact: true }).waitFor()
    assert.equal(await first.getByText('示例变更示例职称乙').count(), 0)
  })

  test('a line that is cut is told, and goes on without gap or repeat; so does a pause, and a reload', async () => {
    const line = await stage.line()
    const page = await stage.visit('/feed?district=120114', { as: '武清区管理员', at: line.url })
    await state(page).getByText('实时更新中').waitFor()
    const start = await amend('断线之前')
    await page.getByText('断线之前', { exact: true }).first().waitFor()

    line.cut()
    await state(page).getByText('连接已断开，正在重新连接').waitFor()
    await stage.look(page, 'feed-lost')
    await amend('断线之中一')
    await amend('断线之中二')
    line.mend()
    await page.getByText('断线之中二', { exact: true }).first().waitFor()
    await state(page).getByText('实时更新中').waitFor()
    assert.deepEqual((await revisions(page)).filter((revision) => revision >= start), await held(start))
    stage.forgive(/ERR_/)

    await page.getByRole('button', { name: '暂停' }).click()
    await state(page).getByText('已暂停').waitFor()
    await amend('暂停之中')
    await page.getByRole('button', { name: '继续' }).click()
    await page.getByText('暂停之中', { exact: true }).first().waitFor()
    assert.deepEqual((await revisions(page)).filter((revision) => revision >= start), await held(start))

    // The address says how far one has come: closed and opened again it goes on from there.
    await page.waitForURL((url) => url.searchParams.has('after'))
    const cursor = async () => new URL(page.url()).searchParams.get('after')
    const { changes } = await stage.ask('武清区管理员', '{ changes(last: 1) { edges { cursor } } }')
    while ((await cursor()) !== changes.edges[0].cursor) await page.waitForTimeout(100)
    const address = page.url().slice(line.url.length)
    await page.close()
    const missed = await amend('离开之后')
    const again = await stage.visit(address, { as: '武清区管理员', at: line.url })
    await again.getByText('离开之后', { exact: true }).first().waitFor()
    assert.equal(await again.locator('.feed > .is-fresh').count(), 1)
    assert.equal((await revisions(again))[0], missed)
    assert.deepEqual((await revisions(again)).filter((revision) => revision >= start), await held(start))
  })

  test('kinds and districts narrow it; older pages go back to the first change', async () => {
    const page = await stage.visit('/feed?kind=ORGANIZATION&district=120101')
    const all = []
    for (let before; ; ) {
      const { changes } = await stage.ask(null, 'query($before: String) { changes(last: 100, before: $before, kinds: [ORGANIZATION], district: ["120101"]) { nodes { revision } pageInfo { hasPreviousPage startCursor } } }', { before })
      all.push(...changes.nodes.map(({ revision }) => revision).reverse())
      before = changes.pageInfo.startCursor
      if (!changes.pageInfo.hasPreviousPage) break
    }
    assert.ok(all.length > 3)
    const older = page.getByRole('button', { name: '更早的变更' })
    while (await older.count()) {
      await older.click()
      await page.waitForFunction(() => !document.querySelector('.ant-btn-loading'))
    }
    assert.deepEqual(await revisions(page), all)
    assert.equal(await page.locator('.feed').getByText('和平区').count() > 0, true)

    await page.getByRole('combobox', { name: '记录的类别' }).click()
    await page.locator('.ant-select-item-option').filter({ hasText: '荣誉' }).click()
    await page.waitForURL(/kind=ORGANIZATION.*kind=AWARD/)
  })

  test('a place that this server does not know is refused in words, with the way on', async () => {
    const page = await stage.visit('/feed?after=abc')
    await page.getByRole('alert').getByText('游标').waitFor()
    await page.getByRole('link', { name: '不管上次看到哪里，从最新处开始' }).click()
    await stage.settled(page)
    await state(page).getByText('实时更新中').waitFor()
    stage.forgive(/400|422/)
  })
}
