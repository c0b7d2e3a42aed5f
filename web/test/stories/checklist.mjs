// The key-task checklist as officials know it: story 14 of the domain.
import assert from 'node:assert/strict'
import { test } from 'node:test'

export default (stage) => {
  test('the whole table with its merged cells', async () => {
    const page = await stage.visit('/checklist')
    assert.equal(await page.locator('.checklist tbody tr').count(), 93)
    assert.equal(await page.locator('.checklist tbody tr:first-child td').count(), 7)
    assert.ok((await page.locator('.checklist td[rowspan]').count()) > 0)
    await stage.look(page, 'checklist')
  })

  test('on a phone each measure is a card that says what it has of its own and what of the one above', async () => {
    const page = await stage.visit('/checklist', { size: 'phone' })
    const [table, wide] = await page.locator('.table-scroll').evaluate((node) => [node.scrollWidth, node.clientWidth])
    assert.ok(table <= wide, 'the table scrolls sideways')
    const second = page.locator('.checklist tr').filter({ hasText: '2.2 ' }).first()
    await second.getByText('责任部门、完成时限同上一项').waitFor()
  })

  test('what the high court leads, by an address that can be passed on', async () => {
    const page = await stage.visit('/checklist')
    await page.getByRole('combobox', { name: '责任部门' }).click()
    await page.locator('.ant-select-item-option').filter({ hasText: /高/ }).click()
    await page.getByRole('combobox', { name: '职责' }).click()
    await page.locator('.ant-select-item-option').filter({ hasText: '仅牵头' }).click()
    await page.waitForURL(/lead=1/)
    await page.reload()
    await stage.settled(page)
    const keys = await page.locator('.checklist tbody td:not([rowspan]) > .soft:first-child').allInnerTexts()
    for (const key of ['1.2', '38.1']) assert.ok(keys.includes(key), `${key} is not among ${keys}`)
    const said = page.getByText(`责任部门：市高级人民法院（仅牵头），共 ${await page.locator('.checklist tbody tr').count()} 项举措`)
    assert.equal(await said.isVisible(), false)
    await page.emulateMedia({ media: 'print' })
    assert.ok(await said.isVisible(), 'what is printed does not say what it was narrowed to')
  })
}
