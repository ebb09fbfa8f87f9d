import Store

/// Why a report could not be made, and what to do: one sentence for the user.
struct ReportFailure: Error, Hashable {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

extension ReportFailure {
  /// Does something with a log; whatever is thrown becomes a sentence for the user.
  static func catching<Result>(_ body: () throws -> Result) throws(ReportFailure) -> Result {
    do {
      return try body()
    } catch let failure as ReportFailure {
      throw failure
    } catch let error as StoreError {
      throw ReportFailure(error.description)
    } catch {
      throw ReportFailure("\(error)")
    }
  }
}
