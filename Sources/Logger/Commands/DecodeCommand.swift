import ArgumentParser
import Frames
import Glibc
import Metering

/// `decode`: shows what frames say, field by field, without a database. The tool that everybody debugs with.
struct DecodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode", abstract: "Show captures, raw octets or hex text frame by frame.",
    discussion: """
      Reads captures with times, raw octets, and plain hex text, whichever the content is. Offsets count from the
      opening flag of a frame. Exit code 1: something was refused, or nothing was found.
      """)

  @Argument(help: ArgumentHelp("A file; - is standard input.", valueName: "file"))
  var file: String

  @Flag(help: "One JSON object a line for each message and each reject.")
  var json = false

  @Flag(
    help: "A report to send in about a meter that is not understood: one message of each form, meter numbers masked.")
  var report = false

  @OptionGroup var manufacturer: ManufacturerOptions
  @OptionGroup var keys: KeyOptions

  /// The longest hex text that is tried as one message without a frame.
  private static let longestMessage = 16 * 1024

  func validate() throws {
    if json && report { throw ValidationError("--json and --report are two forms of output; choose one") }
  }

  func run() throws {
    var masked = MaskedReport()
    if report { print(MaskedReport.head, terminator: "") }
    var messages = 0
    var refused = 0
    let decryptor = try keys.decryptor()
    try Self.decode(file, manufacturer: manufacturer.meterManufacturer, decryptor: decryptor) { event in
      switch event {
      case .message: messages += 1
      case .reject, .noise: refused += 1
      case .nothing: break
      }
      if json {
        if let line = jsonLine(event) { print(line) }
      } else if report {
        if let text = masked.text(event) { print(text, terminator: "") }
      } else {
        print(listing(event))
      }
    }
    if !json {
      let text = "\(counted(messages, "message")), \(counted(refused, "place")) refused\n"
      _ = write(STDERR_FILENO, text, text.utf8.count)
    }
    if refused > 0 || messages == 0 { throw ExitCode(1) }
  }

  /// Reads a file, whichever its form, and hands each event to `show`.
  static func decode(
    _ file: String, manufacturer: Manufacturer, decryptor: APDUDecryptor = APDUDecryptor(),
    _ show: (DecodeEvents.Event) -> Void
  ) throws(CaptureError) {
    var events = DecodeEvents(manufacturer: manufacturer, decryptor: decryptor)
    var reader = try CaptureReader(path: file)
    var beginning: [CapturedRead]? = reader.form == .capture ? nil : []
    while let read = try reader.next() {
      // A message without a frame may be broken into lines anywhere: it is known when all of it is here.
      if var held = beginning {
        held.append(read)
        beginning = held
        if held.reduce(0, { $0 + $1.octets.count }) <= longestMessage { continue }
        beginning = nil
        for read in held { events.take(read.octets, arrival: read.arrival, show) }
        continue
      }
      events.take(read.octets, arrival: read.arrival, show)
    }
    if let held = beginning, !events.takeUnframed(held.flatMap(\.octets), show) {
      for read in held { events.take(read.octets, arrival: read.arrival, show) }
    }
    events.giveUp(show)
  }
}
