import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with one line that a script can count. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    // A file that does not load has no tests to fail, but has failed all the same.
    const broken = modules.filter((module) => module.errors().length > 0).length + errors.length
    const failed = tests.filter((test) => test.result().state === 'failed').length + broken
    console.log(`\n${passed} passed, ${failed} failed`)
  }
}
