import Glibc
import Metering
import Store

/// Whether a log can be written and read, and has room.
struct LogCheck {
  let files: LogFiles
  /// A logger answers: then it is not this user who has to write.
  let isLogged: Bool
  let text: StatusText

  /// A check of the file takes no longer.
  static let patience = TimeSpan.seconds(10)
  /// A year of a 2.5 s meter takes 300 MB.
  private static let little: Int64 = 1_000_000_000
  private static let tooLittle: Int64 = 50_000_000

  var findings: [Finding] {
    [folder, disk] + content
      + files.damaged.map {
        .warning("log", "\($0): a damaged log was set aside", "see docs/operations.md; then move it away")
      }
  }

  private var folder: Finding {
    let folder = files.folder
    if access(folder, W_OK | X_OK) == 0 { return .ok("folder", "\(folder): this user may write it") }
    let code = SystemError(errno)
    guard access(folder, F_OK) == 0 else {
      return .fault("folder", "\(folder): \(code)", "make it, or name another --database")
    }
    return isLogged
      ? .ok("folder", "\(folder): this user may not write it; the logger does")
      : .warning(
        "folder", "\(folder): this user may not write it (\(code))",
        "let the user of the logger write it, or ask as that user")
  }

  private var disk: Finding {
    guard let free = FileSystem.free(at: files.folder) else {
      return .warning("disk", "it cannot be told how much is free", "look with `df`")
    }
    let words = "\(StatusText.octets(free)) free"
    switch free {
    case ..<LogCheck.tooLittle: return .fault("disk", words, "free some space: the log can hardly grow")
    case ..<LogCheck.little: return .warning("disk", words, "free some space: a meter takes 300 MB a year")
    default: return .ok("disk", words)
    }
  }

  private var content: [Finding] {
    guard files.octets != nil else {
      return [.warning("log", "\(files.database): there is none yet", "start the logger, or name another --database")]
    }
    do throws(StoreError) {
      let log = try LogReader(path: files.database)
      let newest = try log.meters().map(\.lastSeen).max()
      var findings = [try check(log)]
      if let newest, newest > text.now + MeterClock.tolerance {
        findings.append(
          .warning(
            "clock", "the newest row of the log is of \(text.time(newest))",
            "one of the two clocks was wrong: set this one"))
      }
      return findings
    } catch {
      return [.fault("log", "\(error)", "keep a copy of it before anything else")]
    }
  }

  private func check(_ log: LogReader) throws(StoreError) -> Finding {
    let size = StatusText.octets(files.octets)
    switch try log.quickCheck(within: LogCheck.patience) {
    case .sound: return .ok("log", "\(files.database), \(size): no damage found by the quick check")
    case .unfinished:
      return .ok(
        "log",
        "\(files.database), \(size): the quick check was not done after \(StatusText.span(LogCheck.patience)); "
          + "`ams-logger check` takes its time")
    case .faults(let faults):
      return .fault(
        "log", "\(files.database) is damaged: \(faults.prefix(3).joined(separator: "; "))",
        "stop the logger, keep a copy, and restore a backup beside it (docs/operations.md)")
    }
  }
}
