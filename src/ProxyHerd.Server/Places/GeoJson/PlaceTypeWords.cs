namespace ProxyHerd.Server.Places.GeoJson;

/// <summary>The words of Google's legacy place types, and what OpenStreetMap and Overture say for them.</summary>
/// <remarks>
/// <see href="https://developers.google.com/maps/documentation/places/web-service/legacy/supported_types"/>,
/// <see href="https://wiki.openstreetmap.org/wiki/Map_features"/>, <see href="https://docs.overturemaps.org/guides/places/taxonomy"/>
/// </remarks>
internal static class PlaceTypeWords
{
    /// <summary>A line: a word, and behind it the more general words that Google gives with it.</summary>
    public const string General =
        """
        atm finance
        bakery food store
        bank finance
        bicycle_store store
        book_store store
        bus_station transit_station
        cafe food
        campground lodging
        car_dealer store
        church place_of_worship
        city_hall local_government_office
        clothing_store store
        convenience_store food store
        dentist health
        department_store store
        doctor health
        drugstore health store
        electronics_store store
        florist store
        furniture_store home_goods_store store
        gym health
        hardware_store store
        hindu_temple place_of_worship
        home_goods_store store
        hospital health
        jewelry_store store
        liquor_store store
        meal_takeaway restaurant food
        mosque place_of_worship
        pet_store store
        pharmacy health store
        physiotherapist health
        primary_school school
        restaurant food
        rv_park campground lodging
        secondary_school school
        shoe_store store
        subway_station transit_station
        supermarket grocery_or_supermarket food store
        synagogue place_of_worship
        train_station transit_station
        """;

    /// <summary>A line: a word, and behind it the tags that say so; <c>category</c> is Overture's. A word says so itself, too, as Overture's category.</summary>
    public const string Tags =
        """
        accounting office=accountant office=tax_advisor category=accountant category=tax_services
        airport category=airport_terminal category=international_airports
        amusement_park tourism=theme_park leisure=water_park category=theme_park category=water_park
        aquarium tourism=aquarium
        art_gallery tourism=gallery shop=art amenity=gallery
        atm amenity=atm category=atms
        bakery shop=bakery shop=pastry
        bank amenity=bank amenity=bureau_de_change office=bank category=bank_credit_union category=banks category=credit_union
        bar amenity=bar amenity=pub amenity=biergarten category=pub category=cocktail_bar category=wine_bar category=beer_bar category=sports_bar category=gastropub category=brewery
        beauty_salon shop=beauty shop=cosmetics shop=perfumery shop=tattoo category=nail_salon category=beauty_and_spa category=barber_and_beauty
        bicycle_store shop=bicycle category=bicycle_shop category=bike_shop
        book_store shop=books category=bookstore
        bowling_alley leisure=bowling_alley
        bus_station amenity=bus_station
        cafe amenity=cafe shop=coffee category=coffee_shop category=tea_room category=internet_cafe
        campground tourism=camp_site leisure=summer_camp
        car_dealer shop=car category=used_car_dealer category=automotive_dealer
        car_rental amenity=car_rental category=car_rental_agency
        car_repair shop=car_repair shop=tyres craft=car_repair category=automotive_repair category=auto_body_shop category=tire_shop
        car_wash amenity=car_wash
        casino amenity=casino leisure=adult_gaming_centre
        cemetery amenity=grave_yard category=cemeteries
        church category=church_cathedral category=catholic_church category=baptist_church category=evangelical_church category=pentecostal_church category=anglican_church category=episcopal_church
        city_hall amenity=townhall category=town_hall
        clothing_store shop=clothes shop=boutique shop=fashion category=womens_clothing_store category=mens_clothing_store category=fashion category=boutique
        convenience_store shop=convenience shop=kiosk
        courthouse amenity=courthouse
        dentist amenity=dentist healthcare=dentist category=general_dentistry category=cosmetic_dentist
        department_store shop=department_store shop=general shop=variety_store
        doctor amenity=doctors amenity=clinic healthcare=doctor healthcare=clinic healthcare=centre category=family_practice category=medical_center category=pediatrician category=optometrist category=dermatologist
        drugstore shop=chemist
        electrician craft=electrician
        electronics_store shop=electronics shop=computer shop=mobile_phone shop=hifi shop=electrical shop=appliance category=electronics category=mobile_phone_store category=computer_store
        embassy office=diplomatic amenity=embassy
        fire_station amenity=fire_station category=fire_department
        florist shop=florist category=flowers_and_gifts_shop
        funeral_home shop=funeral_directors amenity=funeral_hall category=funeral_services_and_cemeteries
        furniture_store shop=furniture shop=bed shop=kitchen
        gas_station amenity=fuel
        general_contractor craft=builder category=contractor
        grocery_or_supermarket shop=greengrocer shop=butcher shop=cheese shop=deli shop=seafood shop=farm category=grocery_store category=butcher_shop category=organic_grocery_store category=fruits_and_vegetables
        gym leisure=fitness_centre leisure=sports_centre leisure=fitness_station category=sports_club_and_league category=yoga_studio category=fitness_trainer category=sports_and_recreation_venue
        hair_care shop=hairdresser category=hair_salon category=barber
        hardware_store shop=doityourself shop=hardware shop=paint shop=trade category=home_improvement_store
        hindu_temple category=hindu_temple
        home_goods_store shop=houseware shop=interior_decoration shop=garden_centre category=home_and_garden category=nursery_and_gardening category=kitchen_and_bath
        hospital amenity=hospital healthcare=hospital
        insurance_agency office=insurance shop=insurance
        jewelry_store shop=jewelry shop=watches category=watch_store
        laundry shop=laundry shop=dry_cleaning category=laundromat category=dry_cleaning category=laundry_services
        lawyer office=lawyer office=notary category=attorney category=legal_services
        library amenity=library
        liquor_store shop=alcohol shop=wine shop=beverages category=beer_wine_and_spirits category=wine_and_spirits
        local_government_office office=government category=federal_government_offices category=local_and_state_government_offices
        locksmith shop=locksmith craft=locksmith craft=key_cutter category=key_and_locksmith
        lodging tourism=hotel tourism=hostel tourism=guest_house tourism=motel tourism=apartment tourism=chalet tourism=alpine_hut category=hotel category=hostel category=motel category=bed_and_breakfast category=resort category=accommodation category=holiday_rental_home category=inn
        meal_takeaway amenity=fast_food category=fast_food_restaurant category=food_truck category=food_stand
        mosque category=muslim_mosque
        movie_rental shop=video
        movie_theater amenity=cinema category=cinema
        moving_company office=moving_company category=movers category=moving_services
        museum tourism=museum category=history_museum category=art_museum category=science_museum category=children_s_museum
        night_club amenity=nightclub category=dance_club category=nightclub
        painter craft=painter category=painting
        park leisure=park leisure=garden leisure=nature_reserve leisure=dog_park leisure=playground category=national_park category=dog_park category=playground category=botanical_garden category=state_park
        parking amenity=parking category=parking_lot
        pet_store shop=pet category=pet_store
        pharmacy amenity=pharmacy healthcare=pharmacy
        physiotherapist healthcare=physiotherapist category=physical_therapy
        place_of_worship amenity=place_of_worship amenity=monastery category=religious_organization category=buddhist_temple category=temple
        plumber craft=plumber category=plumbing
        police amenity=police category=police_department category=law_enforcement
        post_office amenity=post_office
        primary_school category=elementary_school
        real_estate_agency office=estate_agent shop=estate_agent category=real_estate_agent category=real_estate
        restaurant amenity=restaurant amenity=food_court category=diner category=bistro category=eat_and_drink category=steakhouse category=pizzaria category=cafeteria
        roofing_contractor craft=roofer category=roofing
        rv_park tourism=caravan_site
        school amenity=school amenity=kindergarten amenity=language_school amenity=music_school category=preschool category=middle_school category=public_school category=private_school
        secondary_school category=high_school
        shoe_store shop=shoes
        shopping_mall shop=mall amenity=marketplace category=shopping_center
        spa shop=massage leisure=sauna amenity=spa amenity=public_bath category=spas category=day_spa category=massage_therapy
        stadium leisure=stadium category=stadium_arena category=soccer_stadium category=football_stadium
        storage shop=storage_rental category=storage_facility category=self_storage_facility
        subway_station category=metro_station
        supermarket shop=supermarket
        synagogue category=synagogue
        taxi_stand amenity=taxi category=taxi_service
        tourist_attraction tourism=attraction tourism=viewpoint historic=castle historic=fort historic=monument historic=ruins historic=archaeological_site historic=city_gate category=landmark_and_historical_building category=attractions_and_activities category=monument category=castle
        train_station category=train_station
        travel_agency shop=travel_agency office=travel_agent category=travel_services category=travel_agents
        university amenity=university amenity=college category=college_university
        veterinary_care amenity=veterinary category=veterinarian
        zoo tourism=zoo
        """;
}
