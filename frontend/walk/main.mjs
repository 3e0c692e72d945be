// The seven steps of the main job in a real browser, people and their access, and a look at every page.
import { join } from 'node:path'
import { DESKTOP, launch, PHONE, visitor } from './lib/browser.mjs'
import { unvisited } from './lib/pages.mjs'
import { SCREENSHOTS } from './lib/settings.mjs'
import { close, fail, pass } from './lib/verdicts.mjs'
import { visitedPaths } from './lib/visitor.mjs'
import * as listing from './steps/1-listing.mjs'
import * as buying from './steps/2-buying.mjs'
import * as delivery from './steps/3-delivery.mjs'
import * as slip from './steps/4-slip.mjs'
import * as audit from './steps/5-audit.mjs'
import * as pairing from './steps/6-pairing.mjs'
import * as stream from './steps/7-stream.mjs'
import * as remaining from './steps/8-remaining.mjs'
import * as staff from './steps/9-staff.mjs'
import * as access from './steps/10-access.mjs'
import * as household from './steps/11-household.mjs'
import * as family from './steps/12-family.mjs'
import * as shopWindow from './steps/13-shop-window.mjs'
import * as versions from './steps/14-versions.mjs'
import * as table from './steps/15-import.mjs'
import * as drafts from './steps/16-drafts.mjs'
import * as cycles from './steps/17-cycles.mjs'
import * as harvest from './steps/18-harvest.mjs'
import * as preorders from './steps/19-preorders.mjs'
import * as organisations from './steps/20-organisations.mjs'

const STEPS = [
  listing,
  buying,
  delivery,
  slip,
  audit,
  pairing,
  stream,
  remaining,
  staff,
  access,
  household,
  family,
  shopWindow,
  versions,
  table,
  drafts,
  cycles,
  harvest,
  preorders,
  organisations,
]

const browser = await launch()
const people = {
  buyer: await visitor(browser, 'buyer', PHONE),
  coordinator: await visitor(browser, 'coordinator', PHONE),
  approver: await visitor(browser, 'approver', PHONE),
  anybody: await visitor(browser, 'anybody', PHONE),
  auditor: await visitor(browser, 'auditor', DESKTOP),
  administrator: await visitor(browser, 'administrator', DESKTOP),
  newcomer: await visitor(browser, 'newcomer', PHONE),
  secondDevice: await visitor(browser, 'newcomer at another device', DESKTOP),
  elder: await visitor(browser, 'elder', PHONE),
  helper: await visitor(browser, 'helper', PHONE),
  otherAuditor: await visitor(browser, 'auditor of another county', DESKTOP),
}
/** What one step leaves for the next: names, numbers, codes. */
const notes = { run: Date.now().toString(36) }

// WALK_UNTIL=5 stops after the fifth step, for who works on it.
const until = Number(process.env.WALK_UNTIL ?? STEPS.length)

for (const [index, step] of STEPS.slice(0, until).entries()) {
  console.log(`\nStep ${index + 1}: ${step.title}`)
  try {
    await step.walk(people, notes)
    pass(step.title)
  } catch (error) {
    fail(step.title, error.stack ?? error)
    for (const person of Object.values(people)) {
      const path = join(SCREENSHOTS, `failed-${index + 1}.${person.name.replaceAll(' ', '-')}.png`)
      await person.page.screenshot({ path }).catch(() => {})
    }
  }
}

console.log('\nThe whole walk')
for (const person of Object.values(people)) await person.leave()
const missing = until < STEPS.length ? [] : unvisited(visitedPaths())
if (missing.length > 0) fail('every page was visited', missing.join('\n'))
else pass('every page was visited')

await browser.close()
process.exitCode = close() ? 0 : 1
