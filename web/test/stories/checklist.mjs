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
  })
}
