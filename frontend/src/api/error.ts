import type { components } from './schema'

type FieldProblem = NonNullable<components['schemas']['Problem']['errors']>[number]

/** A refusal by the server (problem+json), or `status` 0 when no answer arrived at all. */
export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly requestId: string | null
  readonly fields: readonly FieldProblem[]
  /** How long to wait before the next try, where the server says so. */
  readonly retryAfterS: number | null
  /** The whole document: some refusals bring more. */
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, problem: unknown) {
    const body = isRecord(problem) ? problem : {}
    const code = typeof body.code === 'string' ? body.code : status === 0 ? 'network' : 'unknown'
    const detail = typeof body.detail === 'string' ? body.detail : ''
    super(detail || code)
    this.body = body
    this.name = 'ApiError'
    this.status = status
    this.code = code
    this.detail = detail
    this.requestId = typeof body.request_id === 'string' ? body.request_id : null
    this.retryAfterS = typeof body.retry_after_s === 'number' ? body.retry_after_s : null
    this.fields = Array.isArray(body.errors) ? body.errors.filter(isFieldProblem) : []
  }

  static network(): ApiError {
    return new ApiError(0, null)
  }

  /** Field messages by JSON pointer, e.g. `/address/phone`. */
  get byPointer(): Record<string, string> {
    return Object.fromEntries(this.fields.map((field) => [field.pointer, field.detail]))
  }

  /** A number that the problem document says beside its code, such as the price that is in force. */
  number(member: string): number | null {
    const value = this.body[member]
    return typeof value === 'number' ? value : null
  }

  /** A text of the same kind. */
  text(member: string): string | null {
    const value = this.body[member]
    return typeof value === 'string' ? value : null
  }

  get isMissing(): boolean {
    return this.status === 404
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.pointer === 'string' && typeof value.detail === 'string'
}
