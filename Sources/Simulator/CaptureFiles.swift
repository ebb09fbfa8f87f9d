internal import Metering

/// Writes a simulation to three files that lie beside one another.
///
/// - `NAME.capture`: one line for each read, `2026-01-15T13:00:11.250Z 7EA0...7E`; what a logger sees.
/// - `NAME.values.jsonl`: a JSON object for each message. `sent` is when its first octet went out, `received` when its last
///   one was here, `list` is `list1`, `list2` or `list3`, `values` is everything that it says.
/// - `NAME.hours.jsonl`: a JSON object for each full hour. `hour` is where it begins (UTC), `import_millijoules` and
///   `export_millijoules` are its exact energies (3 600 000 mJ are 1 Wh), `register_step_wh` is the smallest movement of a
///   register, and `import_register_start_wh` … `export_register_end_wh` are what a meter that latches exactly on the hour
///   shows at its two ends.
package enum CaptureFiles {
  /// How much was written.
  package struct Summary: Hashable, Sendable {
    package var messages = 0
    package var octets = 0
    package var hours = 0
  }

  /// Runs `meter` to its end. `name` is the path without an ending; `remark` becomes the first line of the capture.
  package static func write(
    _ meter: consuming SimulatedMeter, shape: ReadShape = .whole, seed: UInt64, name: String, remark: String
  ) throws(SimulatorError) -> Summary {
    var capture = try OutputFile(path: name + ".capture")
    var values = try OutputFile(path: name + ".values.jsonl")
    var hours = try OutputFile(path: name + ".hours.jsonl")
    var shaper = ReadShaper(shape, seed: seed)
    var summary = Summary()

    capture.text += Array("# \(remark)\n".utf8)
    while let message = meter.next() {
      for read in shaper.reads(of: message) { read.append(to: &capture.text) }
      message.appendValues(of: meter.model, to: &values.text)
      try capture.writeIfFull()
      try values.writeIfFull()
      summary.messages += 1
      summary.octets += message.octets.count
    }
    shaper.rest()?.append(to: &capture.text)
    for hour in meter.hours { hour.append(step: meter.model.registerStep, to: &hours.text) }
    summary.hours = meter.hours.count
    try capture.write()
    try values.write()
    try hours.write()
    return summary
  }
}
