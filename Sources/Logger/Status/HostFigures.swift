import Glibc
import Metering

/// What the kernel counts of this process.
enum HostFigures {
  /// Octets that this process has had written to disk since its start (`/proc/self/io`, `write_bytes`): whole pages, as an SD
  /// card is worn by them, and not what went to a file system in memory. Nil where the kernel does not count.
  static func writtenOctets() -> Int64? {
    guard let text = FileSystem.text(of: "/proc/self/io") else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("write_bytes: ") }
    return line.flatMap { Int64($0.dropFirst("write_bytes: ".count)) }
  }

  /// No rate is told of less than this: the start writes more than what follows.
  static let leastTime = TimeSpan.minutes(10)

  /// So many octets in a time as octets a day; nil when the time is too short to tell.
  static func perDay(_ octets: Int64, in span: TimeSpan) -> Int64? {
    guard span >= leastTime, octets >= 0 else { return nil }
    let (whole, isTooMuch) = octets.multipliedReportingOverflow(by: TimeSpan.hours(24).milliseconds)
    return isTooMuch ? nil : whole / span.milliseconds
  }
}

/// Who writes to a log at the moment.
enum LogWriterProcess {
  /// The process that holds the writer's lock of a log (`ams.sqlite-lock`); nil when nobody does, or the kernel does not say.
  ///
  /// Looked up in `/proc/locks`. Trying the lock would tell it too, and keep out a logger that starts just then.
  static func holder(of files: LogFiles) -> Int32? {
    var info = stat()
    guard stat(files.lock, &info) == 0, let locks = FileSystem.text(of: "/proc/locks", most: 1 << 20) else {
      return nil
    }
    // `1: FLOCK  ADVISORY  WRITE 1234 fe:00:131 0 EOF`; the device is not compared, as some file systems have two numbers.
    for line in locks.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count >= 6, fields[1] == "FLOCK", fields[3] == "WRITE",
        fields[5].split(separator: ":").last.flatMap({ UInt64($0) }) == UInt64(info.st_ino)
      else { continue }
      return Int32(fields[4])
    }
    return nil
  }
}
