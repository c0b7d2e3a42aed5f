// The pages for who has no mouse: where the focus is shows, what opens is entered and left by keys.
import assert from 'node:assert/strict'
import { test } from 'node:test'

/** What has the focus: its words, and whether a ring shows it. */
const focused = (page) =>
  page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
    return { text: document.activeElement.innerText.trim(), ring: outlineStyle !== 'none' && parseFloat(outlineWidth) > 0 }
  })
const isWithin = (page, selector) => page.evaluate((selector) => !!document.activeElement.closest(selector), selector)

export default (stage) => {
  test('a link that has the focus shows it', async () => {
    const page = await stage.visit('/rosters/mediators')
    await page.getByRole('link', { name: '特邀名册' }).focus()
    await page.keyboard.press('Shift+Tab')
    assert.deepEqual(await focused(page), { text: '专家', ring: true })
  })

  test('a list is exported, its columns chosen and views kept by keys alone', async () => {
    const page = await stage.visit('/rosters/mediators?district=120112', { account: 'demo-city' })
    await page.getByRole('button', { name: '导出' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'menuitem')
    const file = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    assert.match((await file).suggestedFilename(), /\.xlsx$/)
    for (const name of ['列', '视图']) {
      await page.getByRole('button', { name, exact: true }).focus()
      await page.keyboard.press('Enter')
      await page.locator('.ant-popover').last().waitFor()
      await page.keyboard.press('Tab')
      assert.ok(await isWithin(page, '.ant-popover'), `the Tab key leads into ${name}`)
      await page.keyboard.press('Escape')
      await page.waitForFunction((name) => document.activeElement.innerText === name, name)
    }
    // A view is a list from its beginning, whatever page it was saved on.
    await page.getByRole('button', { name: '下一页' }).click()
    await stage.settled(page)
    await page.getByRole('button', { name: '视图', exact: true }).click()
    await page.getByLabel('视图名称').fill('津南')
    await page.keyboard.press('Enter')
    assert.equal(await page.getByRole('link', { name: '津南', exact: true }).getAttribute('href'), '/rosters/mediators?district=120112')
    await stage.look(page, 'roster-views')
  })

  test('a dialog keeps the focus until Escape gives it back', async () => {
    const page = await stage.visit('/', { account: 'demo-city' })
    await page.getByRole('button', { name: /市级管理员/ }).focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'menuitem')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor()
    for (let i = 0; i < 12; i++) {
      await page.keyboard.press('Tab')
      assert.ok(await isWithin(page, '[role=dialog], .ant-modal'), `the focus has left the dialog at stop ${i + 1}`)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.waitForFunction(() => document.activeElement.matches('.who-name'))
  })
}
