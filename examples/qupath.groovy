// QuPath script (Automate > Script editor): finds the mitoses in the selected annotations of the open image
// and adds them as detections with their probability. For research use only. Not for diagnostic use.
//
// A large annotation is sent in tiles. A second run replaces the detections of the first. Start QuPath with
// MITOSIS_URL if the service runs elsewhere, and with MITOSIS_KEY if it has API keys.
import com.google.gson.JsonParser
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import javax.imageio.ImageIO
import qupath.lib.objects.PathObjects
import qupath.lib.regions.RegionRequest
import qupath.lib.roi.ROIs
import static qupath.lib.scripting.QP.*

// A tile of 2,048 pixels is a PNG of 6 to 10 MB; the service accepts 16 MiB unless MAX_BODY_BYTES says otherwise.
final int TILE = 2048
// Tiles overlap by this many pixels on each side. What is found in the outer half of the overlap is left to the
// neighbor, which sees the cell whole.
final int OVERLAP = 128
// Of detections nearer to each other than this, in micrometers, the most probable is kept, as the service does.
final double SAME_CELL_UM = 7.5
final int MAX_TRIES = 10

def url = System.getenv('MITOSIS_URL') ?: 'http://localhost:5000'
def key = System.getenv('MITOSIS_KEY')
def server = getCurrentServer()
def mpp = server.getPixelCalibration().getAveragedPixelSizeMicrons()
if (Double.isNaN(mpp)) {
    throw new IllegalStateException('Set the pixel size of the image first (Image tab).')
}
def annotations = getSelectedObjects().findAll { it.isAnnotation() }
if (annotations.isEmpty()) {
    throw new IllegalStateException('Select at least one annotation to search for mitoses.')
}
def client = HttpClient.newHttpClient()

// Sends a PNG, again after the seconds that a busy service names, and returns its answer.
def search = { byte[] png ->
    for (int attempt = 1; ; attempt++) {
        def builder = HttpRequest.newBuilder(URI.create("${url}/model/detect?mpp=${mpp}"))
            .header('Content-Type', 'image/png')
            .POST(HttpRequest.BodyPublishers.ofByteArray(png))
        if (key) builder.header('X-API-Key', key)
        def response = client.send(builder.build(), HttpResponse.BodyHandlers.ofString())
        def answer = JsonParser.parseString(response.body()).getAsJsonObject()
        if (response.statusCode() == 200) return answer
        if (!(response.statusCode() in [429, 503]) || attempt == MAX_TRIES) {
            throw new IOException(answer.get('message').getAsString())
        }
        Thread.sleep(1000L * Long.parseLong(response.headers().firstValue('Retry-After').orElse('2')))
    }
}

// The tiles of a length: where each begins, how long it is with its overlap, and which part of it counts.
def tilesOf = { int from, int length, int limit ->
    (0..<length).step(TILE).collect { int at ->
        int start = Math.max(0, from + at - OVERLAP)
        int end = Math.min(limit, from + Math.min(at + TILE, length) + OVERLAP)
        [start: start, length: end - start,
         counts: { it >= from + at - OVERLAP / 2 && it < from + at + TILE + OVERLAP / 2 }]
    }
}

def mitosisClass = getPathClass('Mitosis')
def radius = SAME_CELL_UM / mpp
for (annotation in annotations) {
    def roi = annotation.getROI()
    int left = Math.max(0, (int) Math.floor(roi.getBoundsX()))
    int top = Math.max(0, (int) Math.floor(roi.getBoundsY()))
    int right = Math.min(server.getWidth(), (int) Math.ceil(roi.getBoundsX() + roi.getBoundsWidth()))
    int bottom = Math.min(server.getHeight(), (int) Math.ceil(roi.getBoundsY() + roi.getBoundsHeight()))
    def found = []
    for (row in tilesOf(top, bottom - top, server.getHeight())) {
        for (column in tilesOf(left, right - left, server.getWidth())) {
            def region = RegionRequest.createInstance(
                server.getPath(), 1.0, column.start, row.start, column.length, row.length,
                roi.getImagePlane())
            def png = new ByteArrayOutputStream()
            ImageIO.write(server.readRegion(region), 'PNG', png)
            for (element in search(png.toByteArray()).getAsJsonArray('detections')) {
                def one = element.getAsJsonObject()
                if (!one.get('mitosis').getAsBoolean()) continue
                // x and y are the center of the cell, in pixels of the tile that was sent.
                def x = column.start + one.get('x').getAsDouble()
                def y = row.start + one.get('y').getAsDouble()
                if (roi.contains(x, y) && column.counts(x) && row.counts(y)) {
                    found << [x: x, y: y, probability: one.get('probability').getAsDouble()]
                }
            }
        }
    }

    // Two tiles see a cell in their overlap; the more probable of the two is kept.
    def kept = []
    for (one in found.sort { -it.probability }) {
        if (kept.every { Math.hypot(it.x - one.x, it.y - one.y) >= radius }) kept << one
    }
    def before = annotation.getChildObjects()
        .findAll { it.isDetection() && it.getPathClass() == mitosisClass }
    annotation.removeChildObjects(before)
    annotation.addChildObjects(kept.collect {
        def circle = ROIs.createEllipseROI(
            it.x - radius, it.y - radius, 2 * radius, 2 * radius, roi.getImagePlane())
        def detection = PathObjects.createDetectionObject(circle, mitosisClass)
        detection.getMeasurementList().put('Probability', it.probability)
        detection
    })
    println "${annotation}: ${kept.size()} mitoses, in place of ${before.size()}"
}
fireHierarchyUpdate()
