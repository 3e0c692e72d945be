import type { ApiError } from '@/api/error'
import type { Order } from '@/api/types'
import { PAPER_KINDS, type PaperKind } from '@/components/paper/kinds'

/** A paper that a line lacks, as it is being written down. */
export interface LackingPaper {
  line: number
  listing_id: string
  title: string
  kind: PaperKind
  why: string
  number: string
  issued_on: string
}

/** What a refusal to ship says is missing; what no paper can mend is left out. */
export function lackingPapers(error: ApiError, lines: Order['lines']): LackingPaper[] {
  return error.fields.flatMap(({ pointer, detail }) => {
    const [, number, word] = /^\/lines\/(\d+)\/papers\/(\w+)$/.exec(pointer) ?? []
    const line = lines.find(({ line_no }) => line_no === Number(number))
    const kind = PAPER_KINDS.find((known) => known === word)
    if (!line || !kind) return []
    return {
      line: line.line_no,
      listing_id: line.listing_id,
      title: line.title,
      kind,
      why: detail,
      number: '',
      issued_on: '',
    }
  })
}
