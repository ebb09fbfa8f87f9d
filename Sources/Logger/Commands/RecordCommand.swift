import ArgumentParser
import Logging
import Metering

/// `record`: writes what arrives to a capture, octet for octet, with its times.
struct RecordCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "record", abstract: "Write a live input to a capture until SIGTERM or Ctrl-C.")

  @OptionGroup var source: SourceOptions

  @Option(help: "The capture to append to; - is standard output.")
  var output: String

  func run() throws {
    let stop = try StopSignal.install()
    let input = try source.source()
    let messages = Logging.Logger(label: "ams-logger")
    var capture = try CaptureWriter(path: output)
    try capture.comment(source.line.form().comment)
    var wasOpen = false
    _ = try InputLoop(source: input, stop: stop).run { (event) throws(any Error) in
      switch event {
      case .opened:
        wasOpen = true
        messages.info("\(input.name) is open")
      case .octets(let octets, let arrival):
        try capture.append(octets, arrival: arrival)
        // Whatever they are: nothing is decoded here.
        return .works
      case .idle: break
      // As for `run`: a port that was never there is a mistake to tell of.
      case .lost(let error, _):
        if !wasOpen, error.isMistake { throw error }
        messages.warning("\(error)")
      }
      return .proceed
    }
  }
}
