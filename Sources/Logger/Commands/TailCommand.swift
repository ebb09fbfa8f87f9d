import ArgumentParser
import Glibc
import Metering

/// Whose feed is read.
struct FeedOptions: ParsableArguments {
  @Option(help: "The SQLite file of the logger.")
  var database = "ams.sqlite"

  @Option(
    help: ArgumentHelp("The socket of its feed, where it is not beside the database.", valueName: "path"))
  var socket: String?

  var path: String { socket ?? LogFiles(database: database).socket }
}

/// `tail`: the newest readings of a running logger, line by line.
struct TailCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tail", abstract: "Print what a running logger hears, as JSON lines, until Ctrl-C.",
    discussion: """
      The first line is the status of the logger, each further one a reading, within a second of its message; docs/feed.md
      names what is in them. Without --no-wait it waits for a logger to start, and for its return when it ends.
      Exit code 2, with --no-wait: no logger runs.
      """)

  @OptionGroup var feed: FeedOptions

  @Flag(inversion: .prefixedNo, help: "Wait for a logger that does not run.")
  var wait = true

  func run() throws {
    try TailLoop(path: feed.path, waits: wait, stop: try StopSignal.install()).run()
  }
}

/// Reads a feed again and again, and prints its lines.
struct TailLoop {
  let path: String
  let waits: Bool
  let stop: Stop
  /// Where lines go.
  var output: Int32 = STDOUT_FILENO
  var firstPause = TimeSpan.seconds(1)

  private static let longestPause = TimeSpan.seconds(10)

  /// Returns when it was stopped, when nobody reads the output any longer, and, where it does not wait, when the logger ends.
  func run() throws {
    var backOff = BackOff(first: firstPause, longest: TailLoop.longestPause)
    var isTold = false
    while !stop.isRequested {
      do throws(FeedError) {
        var client = try FeedClient(path: path)
        isTold = false
        while true {
          guard case .line(let line) = try client.next(unless: stop) else { break }
          backOff.reset()
          guard try print(line) else { return }
        }
        if stop.isRequested || !waits { return }
        tell("the logger has ended, or this reader was too slow for it; waiting for it")
        isTold = true
      } catch {
        guard waits, error.kind == .nobody, hasFolder else { throw error }
        if !isTold { tell("\(path): no logger answers here yet; waiting for one") }
        isTold = true
      }
      if stop.wait(upTo: backOff.next()) == .stopped { return }
    }
  }

  /// A path that was mistyped is not waited for.
  private var hasFolder: Bool { access(LogFiles(database: path).folder, X_OK) == 0 }

  /// False when nobody reads it any longer.
  private func print(_ line: String) throws(FeedError) -> Bool {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EPIPE {
        return false
      } else if errno == EAGAIN {
        guard case .ready = stop.wait(for: output, events: POLLOUT, upTo: .hours(24)) else { return false }
      } else if errno != EINTR {
        throw FeedError(
          .system, "standard output", "cannot be written: \(SystemError(errno))", advice: "check the disk it goes to")
      }
    }
    return true
  }
}
