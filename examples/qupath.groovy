// QuPath script (Automate > Script editor): finds the mitoses in the selected annotations of the open image
// and adds them as detections with their probability. For research use only. Not for diagnostic use.
//
// Draw annotations of up to about 2,000 x 2,000 pixels. Each is sent as a PNG, and the service accepts
// 16 MiB unless MAX_BODY_BYTES says otherwise. Start QuPath with MITOSIS_URL if the service runs elsewhere.
import com.google.gson.JsonParser
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse
import javax.imageio.ImageIO
import qupath.lib.objects.PathObjects
import qupath.lib.regions.RegionRequest
import qupath.lib.roi.ROIs
import static qupath.lib.scripting.QP.*

def url = System.getenv('MITOSIS_URL') ?: 'http://localhost:5000'
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
def radius = 7.5 / mpp
for (annotation in annotations) {
    def roi = annotation.getROI()
    def region = RegionRequest.createInstance(server.getPath(), 1.0, roi)
    def png = new ByteArrayOutputStream()
    ImageIO.write(server.readRegion(region), 'PNG', png)

    def request = HttpRequest.newBuilder(URI.create("${url}/model/detect?mpp=${mpp}"))
        .header('Content-Type', 'image/png')
        .POST(HttpRequest.BodyPublishers.ofByteArray(png.toByteArray()))
        .build()
    def response = client.send(request, HttpResponse.BodyHandlers.ofString())
    def answer = JsonParser.parseString(response.body()).getAsJsonObject()
    if (response.statusCode() != 200) {
        throw new IOException(answer.get('message').getAsString())
    }

    def found = []
    for (element in answer.getAsJsonArray('detections')) {
        def one = element.getAsJsonObject()
        // x and y are the center of the cell, in pixels of the region that was sent.
        def x = region.getX() + one.get('x').getAsDouble()
        def y = region.getY() + one.get('y').getAsDouble()
        if (!one.get('mitosis').getAsBoolean() || !roi.contains(x, y)) continue
        def circle = ROIs.createEllipseROI(
            x - radius, y - radius, 2 * radius, 2 * radius, roi.getImagePlane())
        def detection = PathObjects.createDetectionObject(circle, getPathClass('Mitosis'))
        detection.getMeasurementList().put('Probability', one.get('probability').getAsDouble())
        found << detection
    }
    annotation.addChildObjects(found)
    println "${annotation}: ${found.size()} mitoses"
}
fireHierarchyUpdate()
