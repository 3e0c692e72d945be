/** What passed and what did not; the last line is for machines. */
const verdicts = { passed: 0, failed: 0 }

export function pass(what) {
  verdicts.passed += 1
  console.log(`  ok    ${what}`)
}

export function fail(what, why) {
  verdicts.failed += 1
  console.log(`  FAIL  ${what}`)
  for (const line of String(why).split('\n')) console.log(`        ${line}`)
}

export function close() {
  console.log(`\n${verdicts.passed} passed, ${verdicts.failed} failed`)
  return verdicts.failed === 0
}
