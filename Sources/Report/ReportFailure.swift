/// Why a report could not be made, and what to do: one sentence for the user.
struct ReportFailure: Error, Hashable {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}
