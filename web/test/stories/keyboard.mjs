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

  test('a password is changed by keys alone', async () => {
    const page = await stage.visit('/feed', { account: 'demo-city' })
    const name = page.locator('.who-name')
    const dialog = page.getByRole('dialog', { name: '修改密码' })
    await name.focus()
    // As often as a key that is still down could close what it has opened.
    for (let i = 0; i < 5; i++) {
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'menuitem')
      await page.keyboard.press('Enter')
      await page.waitForFunction(() => document.activeElement.id === 'current')
      assert.ok(await dialog.isVisible())
      for (let tab = 0; tab < 10; tab++) {
        await page.keyboard.press('Tab')
        // After its last control come those of the browser itself.
        assert.ok(await page.evaluate(() => document.activeElement === document.body || !!document.activeElement.closest('[role=dialog]')), 'the Tab key leads to what is behind the dialog')
      }
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      await page.waitForFunction(() => document.activeElement.className.includes('who-name'))
    }
  })

  test('a list is exported, its columns chosen and views kept by keys alone', async () => {
    const page = await stage.visit('/rosters/mediators?status=ACTIVE', { account: 'demo-city' })
    await page.getByRole('button', { name: '导出' }).focus()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'menuitem')
    const file = page.waitForEvent('download')
    await page.keyboard.press('Enter')
    assert.match((await file).suggestedFilename(), /\.xlsx$/)
    for (const name of ['列', '视图']) {
      await page.getByRole('button', { name, exact: true }).focus()
      await page.keyboard.press('Enter')
      await page.locator('.ant-popover:not(.ant-popover-hidden):not(.ant-zoom-big-leave)').waitFor()
      await page.keyboard.press('Tab')
      assert.ok(await isWithin(page, '.ant-popover'), `the Tab key leads into ${name}`)
      await page.keyboard.press('Escape')
      await page.waitForFunction((name) => document.activeElement.innerText === name, name)
    }
    // A view is a list from its beginning, whatever page it was saved on.
    await page.getByRole('button', { name: '下一页' }).click()
    await stage.settled(page)
    await page.getByRole('button', { name: '视图', exact: true }).click()
    await page.getByLabel('视图名称').fill('在册的')
    await page.keyboard.press('Enter')
    assert.equal(await page.getByRole('link', { name: '在册的', exact: true }).getAttribute('href'), '/rosters/mediators?status=ACTIVE')
    await stage.look(page, 'roster-views')
    await page.getByRole('link', { name: '在册的', exact: true }).click()
    await page.locator('.ant-popover:not(.ant-popover-hidden)').waitFor({ state: 'detached' })
    assert.equal(new URL(page.url()).search, '?status=ACTIVE', 'a view that is picked is opened')
  })
}
